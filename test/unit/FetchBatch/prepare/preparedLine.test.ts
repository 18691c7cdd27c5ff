import * as fc from 'fast-check';
import { IdentifierWriter } from '../../../../nodes/FetchBatch/prepare/identifiers';
import { OwnIds } from '../../../../nodes/FetchBatch/prepare/ownIds';
import {
	isAsPrepared,
	prepareLines,
	prepareThoroughly,
} from '../../../../nodes/FetchBatch/prepare/preparedLine';
import type { LineRules } from '../../../../nodes/FetchBatch/prepare/lineRules';
import { sourceTags, TagWriter } from '../../../../nodes/FetchBatch/prepare/sourceTags';

const PAYER = 'pdex:fhir.bison.example/r4';
const BASE = 'https://fhir.bison.example/r4';
const ids = new OwnIds({ payer: PAYER, fhirBase: BASE, prefix: 'bison' });
const tags = new TagWriter(
	sourceTags('https://plan.example/', { payer: PAYER, sourceExport: '0123456789abcdef', fhirBase: BASE }),
);
const RULES: LineRules = {
	ids,
	patientIdOf: (_, newId) => newId,
	linkOf: () => undefined,
	memberPatients: () => [],
	identifiers: new IdentifierWriter(BASE),
};
const all = () => true;

function prepared(line: string, rules: Partial<LineRules> = {}) {
	const { texts, made } = prepareLines(line, { ...RULES, ...rules }, all);
	const [text = ''] = texts;
	return { text, line: made[0], json: () => JSON.parse(text) as Record<string, unknown> };
}

const claim = (more: string) => `{"resourceType":"Claim","id":"c1",${more}}`;
const own = (type: string, id: string) => `${type}/${ids.idOf(type, id)}`;

describe('P3 a reference', () => {
	test.each<[what: string, written: string, becomes: string | undefined]>([
		['relative', 'Patient/1', own('Patient', '1')],
		['of a version', 'Patient/1/_history/3', own('Patient', '1')],
		['with an id that FHIR does not allow', 'Patient/a_b', own('Patient', 'a_b')],
		['to a type that never comes', 'Endpoint/7', own('Endpoint', '7')],
		['to a type of a later FHIR', 'Transport/7', own('Transport', '7')],
		['in small letters', 'encounter/1', own('Encounter', '1')],
		['with a slash before it', '/Patient/1', own('Patient', '1')],
		['escaped', 'Patient\\/1', own('Patient', '1')],
		['escaped by number', 'Patient\\u002f1', own('Patient', '1')],
		['below the base of the payer', `${BASE}/Patient/1`, own('Patient', '1')],
		['the same of a version', `${BASE}/Patient/1/_history/2`, own('Patient', '1')],
		['the same in other letters', 'HTTPS://FHIR.Bison.example/R4/Patient/1', own('Patient', '1')],
		['the same by the other scheme', 'http://fhir.bison.example/r4/Patient/1', own('Patient', '1')],
		['the same with the port', 'https://fhir.bison.example:443/r4/Patient/1', own('Patient', '1')],
		['below another base of the host', 'https://fhir.bison.example/dstu2/Patient/1', undefined],
		['below a base that begins alike', `${BASE}x/Patient/1`, undefined],
		['on another host', 'https://other.example/r4/Patient/1', undefined],
		['contained', '#p', undefined],
		['by UUID', 'urn:uuid:0b1e6a02-7e3a-4c5c-9d55-111111111111', undefined],
		['by OID', 'urn:oid:1.2.3', undefined],
	])('%s: %s', (_, written, becomes) => {
		const before = claim(`"status":"active","patient":{"reference":"${written}"},"total":{"value":120.50}`);
		const { text, line, json } = prepared(before);
		expect(json().patient).toEqual({ reference: becomes ?? written });
		expect(line?.references.map(({ url }) => url)).toEqual(becomes === undefined ? [] : [becomes]);
		expect(line?.unreadable).toBe(0);
		expect(text).toContain(
			`,"status":"active","patient":{"reference":"${becomes ?? written}"},"total":{"value":120.50}}`,
		);
	});

	test.each<[what: string, written: string]>([
		['a search', '"Patient?identifier=1"'],
		['a name', '"Ada Whitfield"'],
		['a type alone', '"Patient/"'],
		['dots', '"Patient/.."'],
		['nothing', '""'],
		['a query behind it', '"Patient/1?_format=json"'],
		['two ids', '"Patient/1/2"'],
	])('that is none (%s) stays and is counted', (_, written) => {
		const { line, text } = prepared(claim(`"patient":{"reference":${written}}`));
		expect(text).toContain(`"patient":{"reference":${written}}`);
		expect(line).toMatchObject({ unreadable: 1, references: [] });
	});

	test.each<[what: string, member: string]>([
		['an Identifier (Claim.related)', '"related":[{"reference":{"value":"Patient/1"}}]'],
		['a number', '"patient":{"reference":7}'],
		['by identifier alone', '"patient":{"identifier":{"value":"Patient/1"},"display":"Patient/1"}'],
		['an address of an attachment', `"x":{"url":"${BASE}/Binary/1"}`],
		['a canonical', '"instantiatesCanonical":["Questionnaire/1"]'],
		['a uri in an extension', '"extension":[{"url":"x","valueUri":"Patient/1"}]'],
		['text in a string', '"note":"say \\"reference\\":\\"Patient/1\\" to them"'],
		['a key that ends so', '"my\\"reference":"Patient/1"'],
		['a text of a list', '"x":["reference","Patient/1"]'],
		['a text before another member', '"x":"reference","Patient/1":"Patient/1"'],
		[
			'an Expression',
			'"extension":[{"url":"x","valueExpression":{"language":"text/cql","reference":"Library/1"}}]',
		],
		[
			'the Expression of a condition',
			'"action":[{"condition":[{"expression":{"extension":[{"valueExpression":{"reference":"Library/1"}}],"reference":"Library/1"}}]}]',
		],
	])('%s is no Reference.reference', (_, member) => {
		const { text, line } = prepared(claim(member));
		expect(text.endsWith(`,${member}}`)).toBe(true);
		expect(line?.unreadable).toBe(0);
	});

	test.each([
		['DetectedIssue', '"reference":"DocumentReference/1"'],
		['Immunization', '"education":[{"reference":"DocumentReference/1"}]'],
	])('%s.reference is an address', (type, member) => {
		const { text } = prepared(
			`{"resourceType":"${type}","id":"a","patient":{"reference":"Patient/1"},${member}}`,
		);
		expect(text).toContain(member);
		expect(text).toContain(own('Patient', '1'));
	});

	test('in a contained resource, in an extension, with white space, twice', () => {
		const { json } = prepared(
			claim(
				'"contained":[{"resourceType":"Coverage","id":"v","payor":[{ "reference" : "Organization/1" }]}],"extension":[{"url":"x","valueReference":{"reference":"Organization/1"}}],"patient":{"reference":"#v"}',
			),
		);
		const organization = { reference: own('Organization', '1') };
		expect(json()).toMatchObject({
			contained: [{ id: 'v', payor: [organization] }],
			extension: [{ valueReference: organization }],
			patient: { reference: '#v' },
		});
	});
});

describe('what is added', () => {
	const RI = {
		use: 'secondary',
		type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'RI' }] },
	};
	test.each<[sentence: string, type: string, member: string, identifier: unknown]>([
		['to none', 'Claim', '"status":"x"', [{ ...RI, system: `${BASE}/Claim`, value: 'c1' }]],
		['to an empty list', 'Claim', '"identifier":[ ]', [{ ...RI, system: `${BASE}/Claim`, value: 'c1' }]],
		[
			'to the payer’s',
			'Claim',
			'"identifier":[{"value":"a"}]',
			[{ value: 'a' }, { ...RI, system: `${BASE}/Claim`, value: 'c1' }],
		],
		['in place of null', 'Claim', '"identifier":null', [{ ...RI, system: `${BASE}/Claim`, value: 'c1' }]],
		['not beside one that stands in no list', 'Claim', '"identifier":{"value":"a"}', { value: 'a' }],
		[
			'as the only one',
			'QuestionnaireResponse',
			'"status":"x"',
			{ ...RI, system: `${BASE}/QuestionnaireResponse`, value: 'c1' },
		],
		['not where only one can be', 'Composition', '"identifier":{"value":"a"}', { value: 'a' }],
		['not to types without', 'Binary', '"data":"QQ=="', undefined],
	])('the source id as identifier, %s', (_, type, member, identifier) => {
		const line = `{"resourceType":"${type}","id":"c1",${member}}`;
		expect(prepared(line).json().identifier).toEqual(identifier);
		expect(JSON.parse(prepareThoroughly(line, RULES)?.text ?? '')).toEqual(prepared(line).json());
	});

	test('to a Provenance, which has none, as a source', () => {
		const line =
			'{"resourceType":"Provenance","id":"p","target":[{"reference":"Claim/1"}],"entity":[{"role":"source"}]}';
		expect(prepared(line).json()).toMatchObject({
			target: [{ reference: own('Claim', '1') }],
			entity: [
				{ role: 'source' },
				{ role: 'source', what: { identifier: { system: `${BASE}/Provenance`, value: 'p' } } },
			],
		});
	});

	test.each<[target: string, patients: string[], becomes: string[], kept: string[]]>([
		['Bundle/b', ['own1', 'new2'], ['Patient/own1', 'Patient/new2'], ['b']],
		['Group/g', ['own1'], ['Patient/own1'], ['g']],
		[`${BASE}/Bundle/b`, ['own1'], ['Patient/own1'], ['b']],
		['Bundle/b', [], [own('Bundle', 'b')], []],
		['Claim/c', ['own1'], [own('Claim', 'c')], []],
		['urn:uuid:1', ['own1'], ['urn:uuid:1'], []],
	])(
		'a target of the payer’s Provenance that stands for all: %s, members %j',
		(target, patients, becomes, kept) => {
			const line = `{"resourceType":"Provenance","id":"p","target":[{"reference":"${target}"},{"reference":"Claim/1"}],"recorded":"x"}`;
			const { json } = prepared(line, { memberPatients: () => patients });
			expect(json().target).toEqual([...becomes, own('Claim', '1')].map((reference) => ({ reference })));
			const sources = (json().entity as Array<{ what: { identifier: { value: string } } }>).slice(1);
			expect(sources.map(({ what }) => what.identifier.value)).toEqual(kept);
		},
	);

	test('several such targets: the members stand in the place of the first, and each is kept once', () => {
		const target = ['Claim/1', 'Bundle/b', 'Group/g', 'Bundle/b', 'Claim/2'];
		const line = JSON.stringify({
			resourceType: 'Provenance',
			id: 'p',
			target: target.map((reference) => ({ reference })),
			entity: { role: 'source', what: { reference: 'Claim/1' } },
		});
		const { json } = prepared(line, { memberPatients: () => ['own1', 'own2'] });
		const become = [own('Claim', '1'), 'Patient/own1', 'Patient/own2', own('Claim', '2')];
		expect(json().target).toEqual(become.map((reference) => ({ reference })));
		const [theirs, ...sources] = json().entity as Array<{ what: { identifier: { value: string } } }>;
		expect(theirs).toEqual({ role: 'source', what: { reference: own('Claim', '1') } });
		expect(sources.map(({ what }) => what.identifier.value)).toEqual(['p', 'b', 'g']);
	});

	const SOURCE = { system: 'https://plan.example/p2p-source', code: PAYER };
	const EXPORT = { system: 'https://plan.example/p2p-export', code: '0123456789abcdef' };
	const META_SOURCE = `${BASE}#0123456789abcdef`;
	test.each<[sentence: string, member: string, meta: object]>([
		['no meta', '"status":"x"', { source: META_SOURCE, tag: [SOURCE, EXPORT] }],
		['an empty one', '"meta":{}', { source: META_SOURCE, tag: [SOURCE, EXPORT] }],
		['null', '"meta":null', { source: META_SOURCE, tag: [SOURCE, EXPORT] }],
		[
			'labels and profiles',
			'"meta":{"security":[{"code":"R"}],"profile":["p"]}',
			{ security: [{ code: 'R' }], profile: ['p'], source: META_SOURCE, tag: [SOURCE, EXPORT] },
		],
		['a source', '"meta":{"source":"theirs"}', { source: 'theirs', tag: [SOURCE, EXPORT] }],
		['tags', '"meta":{"tag":[{"code":"t"}]}', { source: META_SOURCE, tag: [{ code: 't' }, SOURCE, EXPORT] }],
		[
			'a single tag',
			'"meta":{"tag":{"code":"t"}}',
			{ source: META_SOURCE, tag: [{ code: 't' }, SOURCE, EXPORT] },
		],
		['null for tags', '"meta":{"tag":null}', { source: META_SOURCE, tag: [SOURCE, EXPORT] }],
		[
			'versions, which a server overwrites',
			'"meta":{"versionId":"3","lastUpdated":"2026-01-02T00:00:00Z"}',
			{
				versionId: '3',
				lastUpdated: '2026-01-02T00:00:00Z',
				source: META_SOURCE,
				tag: [{ ...SOURCE, version: '2026-01-02T00:00:00Z, versionId 3' }, EXPORT],
			},
		],
	])('tags, to a resource with %s', (_, member, meta) => {
		const { json, line } = prepared(claim(member), { tags });
		expect(json().meta).toEqual(meta);
		expect(line && isAsPrepared(json(), line, { tags })).toBe(true);
	});

	test.each<[sentence: string, member: string, link: unknown]>([
		['none', '"active":true', [{ other: { reference: 'Patient/8812' }, type: 'seealso' }]],
		[
			'the payer’s',
			'"link":[{"other":{"reference":"Patient/2"},"type":"refer"}]',
			[
				{ other: { reference: own('Patient', '2') }, type: 'refer' },
				{ other: { reference: 'Patient/8812' }, type: 'seealso' },
			],
		],
		[
			'a single one that stands in no list',
			'"link":{"other":{"reference":"Patient/2"},"type":"refer"}',
			[
				{ other: { reference: own('Patient', '2') }, type: 'refer' },
				{ other: { reference: 'Patient/8812' }, type: 'seealso' },
			],
		],
	])('a link with our own Patient, beside %s', (_, member, link) => {
		const text = `{"resourceType":"Patient","id":"1",${member}}`;
		const { json, line } = prepared(text, { linkOf: (id) => (id === '1' ? '8812' : undefined) });
		expect(json().link).toEqual(link);
		expect(line?.ownPatients).toEqual(['1']);
	});

	test('our own Patient in place of the payer’s', () => {
		const { json, line } = prepared(
			claim('"patient":{"reference":"Patient/1"},"x":{"reference":"Patient/2"}'),
			{
				patientIdOf: (sourceId, newId) => (sourceId === '1' ? '8812' : newId),
			},
		);
		expect(json()).toMatchObject({
			patient: { reference: 'Patient/8812' },
			x: { reference: own('Patient', '2') },
		});
		expect(line?.ownPatients).toEqual(['1']);
		expect(line?.references.map(({ url }) => url)).toEqual([own('Patient', '2')]);
	});
});

describe('what is no resource to be stored stays as it is', () => {
	test.each([
		'',
		'   ',
		'no JSON',
		'{"resourceType":"Claim","id":"c1"',
		'[{"resourceType":"Claim","id":"c1"}]',
		'{"id":"c1"}',
		'{"resourceType":"Claim"}',
		'{"resourceType":"Claim","id":7}',
		'{"resourceType":"Claim","id":""}',
		'{"resourceType":"Claim","id":".."}',
		'{"resourceType":"Subscription","id":"1"}',
		'{"resourceType":"OperationOutcome","id":"1"}',
		'{"resourceType":"Parameters","parameter":[{"name":"header","valueReference":{"reference":"Patient/1"}}]}',
	])('%s', (line) => {
		const { text, line: made } = prepared(line);
		// A line that is cut off is refused by the parser, whatever was written into it.
		if (line !== '{"resourceType":"Claim","id":"c1"') expect([text, made]).toEqual([line, undefined]);
		else expect(() => JSON.parse(text) as unknown).toThrow();
	});
});

describe('odd spellings', () => {
	test.each<[sentence: string, line: string]>([
		['the id twice', '{"resourceType":"Claim","id":"old","id":"c1","patient":{"reference":"Patient/1"}}'],
		[
			'the id twice, once behind all that is looked for',
			'{"resourceType":"Claim","id":"old","meta":{},"identifier":[],"id":"c1","patient":{"reference":"Patient/1"}}',
		],
		['the type last', '{"id":"c1","patient":{"reference":"Patient/1"},"resourceType":"Claim"}'],
		[
			'a key with escapes',
			'{"resourceType":"Claim","\\u0069d":"c1","patient":{"r\\u0065ference":"Patient/1"}}',
		],
		[
			'meta twice',
			'{"resourceType":"Claim","id":"c1","meta":{},"patient":{"reference":"Patient/1"},"meta":{"versionId":"1"}}',
		],
		[
			'spaces and a carriage return',
			' {"resourceType" : "Claim" , "id":\t"c1" , "patient" : {"reference" :"Patient/1"} }\r',
		],
	])('%s', (_, line) => {
		const rules = { ...RULES, tags };
		const at = prepared(line, rules);
		const isFound = at.line && isAsPrepared(at.json(), at.line, rules);
		const made = isFound ? { text: at.text, made: at.line } : prepareThoroughly(line, rules);
		const json = JSON.parse(made?.text ?? '') as Record<string, unknown>;
		expect(json).toMatchObject({ id: ids.idOf('Claim', 'c1'), patient: { reference: own('Patient', '1') } });
		expect(made?.made && isAsPrepared(json, made.made, rules)).toBe(true);
	});
});

test('several lines are told apart, whatever stands between them', () => {
	const lines = [
		claim('"a":1'),
		'',
		'no JSON "reference',
		claim('"patient":{"reference":"Patient/1"}'),
		'{"x":"',
	];
	const { texts, made } = prepareLines(lines.join('\n'), RULES, all);
	expect(made.map((line) => line?.type)).toEqual(['Claim', undefined, undefined, 'Claim', undefined]);
	expect([texts[1], texts[2], texts[4]]).toEqual([lines[1], lines[2], lines[4]]);
	expect(JSON.parse(texts[3])).toMatchObject({ patient: { reference: own('Patient', '1') } });
});

/** Every reference of a value, in the place of which our own stands. */
function rewritten(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(rewritten);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, each]) => {
			const reference = key === 'reference' && typeof each === 'string' ? ids.readReference(each) : undefined;
			return [key, reference ? reference.url : rewritten(each)];
		}),
	);
}

test('property: all but ids, references, identifiers and tags is as it was, in any JSON', () => {
	const reference = fc.oneof(
		fc.constantFrom('Patient/1', 'Claim/é"\\', '#x', `${BASE}/Patient/2`, ''),
		fc.string(),
	);
	const json = fc.letrec((tie) => ({
		value: fc.oneof(
			{ depthSize: 'small' },
			fc.string(),
			fc.double({ noNaN: true, noDefaultInfinity: true }),
			fc.boolean(),
			fc.constant(null),
			fc.array(tie('value'), { maxLength: 3 }),
			fc.dictionary(
				fc.oneof(fc.string(), fc.constantFrom('id', 'meta', 'reference', 'identifier')),
				tie('value'),
				{
					maxKeys: 4,
				},
			),
			fc.record({ reference }),
		),
	})).value;
	fc.assert(
		fc.property(fc.dictionary(fc.string(), json, { maxKeys: 6 }), fc.boolean(), (more, isLast) => {
			const { id, resourceType, meta, identifier, ...rest } = more;
			void [id, resourceType, meta, identifier];
			const head = { resourceType: 'Claim', id: 'c1' };
			const resource = isLast ? { ...rest, ...head } : { ...head, ...rest };
			const { json: read } = prepared(JSON.stringify(resource));
			const { identifier: added, ...others } = read();
			expect(added).toHaveLength(1);
			const asJson = JSON.parse(JSON.stringify(rest)) as object;
			expect(others).toEqual({ ...(rewritten(asJson) as object), ...head, id: ids.idOf('Claim', 'c1') });
		}),
		{ numRuns: 400 },
	);
});
