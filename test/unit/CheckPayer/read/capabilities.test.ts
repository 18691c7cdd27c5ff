import { namesOfServer, readCapabilities } from '../../../../nodes/CheckPayer/read/capabilities';
import { suggestedSoftware } from '../../../../nodes/shared/payers/pdex/software';
import { STATEMENTS } from '../statements';

const read = (body: unknown) => readCapabilities(JSON.parse(JSON.stringify(body)));

test.each<
	[keyof typeof STATEMENTS, version: string, operations: string[] | undefined, software: string | undefined]
>([
	['pdex22', '4.0.1', ['bulkMemberMatch', 'davinciExport', 'memberMatch'], undefined],
	['smartBulk', '4.0.1', ['groupExport', 'patientExport', 'systemExport'], 'SMART Bulk Data'],
	['smartBulkStu3', '3.0.1', ['groupExport'], 'SMART Bulk Data'],
	[
		'hapi',
		'4.0.1',
		['davinciExport', 'everything', 'groupExport', 'memberMatch', 'patientExport'],
		undefined,
	],
	['paths', '4.0.1', ['groupExport', 'patientExport'], undefined],
	['smile', '4.0.1', ['bulkMemberMatch', 'davinciExport', 'memberMatch'], 'Smile CDR'],
	[
		'azure',
		'4.0.1',
		['groupExport', 'memberMatch', 'patientExport', 'systemExport'],
		'Microsoft Azure FHIR Service',
	],
	['dstu2', '1.0.2', undefined, 'Oracle Health (Millennium)'],
])('K1 the statement of %s is read', (name, fhirVersion, operations, software) => {
	const facts = read(STATEMENTS[name]);
	expect(facts).toMatchObject({ fhirVersion });
	const names = namesOfServer(STATEMENTS[name]);
	expect(suggestedSoftware(undefined, { names })?.choice).toBe(software);
	expect(facts?.operations && [...facts.operations].sort()).toEqual(operations);
});

test.each<[keyof typeof STATEMENTS, object]>([
	['pdex22', { payerDataExchange: '2.2.0', hrex: 'any' }],
	['smartBulk', { bulkData: 'any' }],
	['smile', { payerDataExchange: '2.1.0', hrex: '1.1.0', bulkData: '2.0.0' }],
	['azure', { hrex: 'any' }],
])('versions of the guides that %s names', (name, guides) => {
	expect(read(STATEMENTS[name])?.guides).toEqual(guides);
});

test.each<[keyof typeof STATEMENTS, string]>([
	['pdex22', 'yes'],
	['smartBulk', 'not stated'],
	['smartBulkStu3', 'no'],
	['paths', 'not stated'],
])('whether patients can be searched at %s: %s', (name, patientSearch) => {
	expect(read(STATEMENTS[name])).toMatchObject({ patientSearch });
});

test('parameters of an export are known where the text names them', () => {
	expect(read(STATEMENTS.smile)?.mentions).toEqual({ typeFilter: true, since: true });
	expect(read(STATEMENTS.pdex22)?.mentions).toEqual({ typeFilter: false, since: false });
});

test.each([
	undefined,
	null,
	'x',
	[],
	{},
	{ resourceType: 'Patient' },
	{ resourceType: ['CapabilityStatement'] },
])('%j is no statement', (body) => expect(readCapabilities(body)).toBeUndefined());

const hostile = (text: string) => readCapabilities(JSON.parse(text));
const of = (rest: string) => `{"resourceType":"CapabilityStatement","rest":${rest}}`;

test.each<[string, string]>([
	['lists that are none', of('{"resource":{}}')],
	['null in every place', of('[null,{"resource":[null,{"type":null,"operation":[null,{"name":null}]}]}]')],
	['numbers for texts', of('[{"resource":[{"type":7,"operation":[{"name":7,"definition":7}]}]}]')],
	[
		'keys of the prototype',
		`{"__proto__":{"fhirVersion":"4.0.1"},"constructor":1,${of('[{"__proto__":{"operation":[]}}]').slice(1)}`,
	],
	[
		'operations of such names',
		of('[{"operation":[{"name":"__proto__"},{"name":"constructor","definition":"toString"}]}]'),
	],
	['a version that is a sentence', `{"fhirVersion":"4.0.1 <a href=x>Zebra",${of('[]').slice(1)}`],
	['a type that is a name', of('[{"resource":[{"type":"Zebra Lane"},{"type":"__proto__"}]}]')],
])('hostile: %s gives no word of the payer', (_, text) => {
	const facts = hostile(text);
	expect(facts).toMatchObject({ fhirVersion: undefined, types: [] });
	expect([...(facts?.operations ?? [])]).toEqual([]);
	expect(JSON.stringify(facts)).not.toContain('Zebra');
});

test('of keys that stand twice the last counts, as everywhere in JSON', () => {
	expect(
		hostile('{"resourceType":"Patient","resourceType":"CapabilityStatement","fhirVersion":"4.0.1"}'),
	).toMatchObject({ fhirVersion: '4.0.1' });
});

test('PDex’s match for providers is not ours', () => {
	const facts = hostile(of('[{"operation":[{"name":"provider-member-match"}]}]'));
	expect([...(facts?.operations ?? ['none'])]).toEqual([]);
});

test('what is listed a hundred thousand times is read up to a limit', () => {
	const operation = Array.from({ length: 100_000 }, (_, index) => ({ name: `x${index}` }));
	const facts = readCapabilities({ resourceType: 'CapabilityStatement', rest: [{ operation }] });
	expect(facts?.operations).toEqual(new Set());
});
