import type { IDataObject } from 'n8n-workflow';
import { readManifest } from '../../nodes/shared/exportJob/manifest';
import { judgeMatch } from '../../nodes/MemberMatch/answer/matchAnswer';
import { readBulkMatch } from '../../nodes/MemberMatch/answer/bulkAnswer';
import { readGroup } from '../../nodes/MemberMatch/answer/groupId';
import { readMatchedMember } from '../../nodes/MemberMatch/answer/matchedMember';
import { checkMatchRequest } from '../../nodes/MemberMatch/rules/requestCheck';
import type { RequestProfile } from '../../nodes/shared/payers/payer';
import { describeExamples, example, exampleNames } from '../support/examples';
import { ndjson } from '../support/ndjson';
import { resourceItem } from '../support/resourceItem';
import { memberRow, runAgainst } from '../support/standardRuns';

interface Parameters {
	parameter: Array<{
		name: string;
		resource: IDataObject;
		part?: Array<{ name: string; resource: IDataObject }>;
	}>;
}

const HREX_OUT = 'hrex-1.0.0/Parameters-member-match-out.json';
const BULK_IN = 'pdex-2.2.0/Parameters-payer-multi-member-match-in.json';
const BULK_OUT = 'pdex-2.2.0/Parameters-payer-multi-member-match-out.json';
const NO_MATCH = 'pdex-2.2.0/Group-example-pdex-member-no-match-group.json';
const CONSTRAINED = 'pdex-2.2.0/Group-example-pdex-member-consent-constraint-group.json';
const MATCHED = 'pdex-2.2.0/Group-07e72a15407547bf9d03f522aa536a72.1.json';
const UMB = { coding: [{ system: 'http://hl7.org/fhir/us/davinci-hrex/CodeSystem/hrex-temp', code: 'UMB' }] };

/** An answer of HTTP 200 with this body. */
const reply = (json: object) => ({ status: 200, headers: {}, text: JSON.stringify(json), json });

/** The official answer of HRex 1.0, which is typed MB; 1.1 and 1.2 type it UMB and may name the patient. */
function hrexAnswer(version: '1.0' | '1.1' | '1.2'): object {
	const answer = example<{
		parameter: Array<{ name: string; valueIdentifier?: object; valueReference?: object }>;
	}>(HREX_OUT);
	if (version === '1.0') return answer;
	const [identifier] = answer.parameter;
	const typed = { ...identifier, valueIdentifier: { ...identifier.valueIdentifier, type: UMB } };
	const patient = { name: 'MemberId', valueReference: { reference: 'https://payer.example/fhir/Patient/1' } };
	return { ...answer, parameter: version === '1.1' ? [typed] : [typed, patient] };
}

/** Keys of the rules that a request does not keep. */
function brokenRules(request: unknown, profile: RequestProfile): string[] {
	const shall = checkMatchRequest(request, profile).filter(({ level }) => level === 'SHALL');
	return [...new Set(shall.map(({ key, part }) => `${part ?? ''} ${key}`.trim()))];
}

/** The parts of an official request, as earlier nodes would hand them to Member Match. */
async function sendResources(item: IDataObject, answer: object, credential: IDataObject = {}) {
	return await runAgainst([{ body: answer }, { status: 404 }], {
		items: () => [item],
		parameters: { memberMatch: { inputMode: 'resources', options: { ignoreConsentPeriod: true } } },
		credential: credential as never,
	});
}

describeExamples('the answer to a match', () => {
	const identifier = { system: 'http://example.org/target-payer/identifiers/member', value: '55678' };

	test.each([
		['1.0', {}],
		['1.1', {}],
		['1.2', { patientId: '1' }],
	] as const)('of HRex %s is a match', (version, more) => {
		const judged = judgeMatch(reply(hrexAnswer(version)), [], { identifiesBy: 'member' });
		expect(judged).toEqual({ outcome: 'matched', memberIdentifier: identifier, ...more });
	});

	test('of HRex 1.0 leaves Member Match by Matched, for the official request', async () => {
		const { parameter } = example<Parameters>('hrex-1.0.0/Parameters-member-match-in.json');
		const { run, got } = await sendResources(resourceItem('m-1', parameter), hrexAnswer('1.0'), {
			customRequests: true,
			hrexVersion: 'hrex-1.0',
		});
		expect(run.json('memberMatch')).toMatchObject([{ outcome: 'matched', memberIdentifier: identifier }]);
		const sent = (JSON.parse(got[0].body) as Parameters).parameter;
		for (const part of parameter) expect(sent).toContainEqual(part);
		expect(sent).toHaveLength(parameter.length);
	});
});

describeExamples('the answer to a bulk match', () => {
	const groups = () => example<Parameters>(BULK_OUT).parameter;

	test('as Parameters of PDex 2.2 names the group of the matched', () => {
		expect(readGroup(example(BULK_OUT))).toEqual({ groupId: '07e72a15407547bf9d03f522aa536a72' });
		expect(readMatchedMember(example(BULK_OUT))).toEqual({});
	});

	test.each([
		['MatchedMembers', { groupId: '07e72a15407547bf9d03f522aa536a72' }],
		['NonMatchedMembers', { notMatched: 'no-match' }],
		['ConsentConstrainedMembers', { notMatched: 'consent-refused' }],
	])('its group %s, alone in a Parameters and alone in a file', (name, expected) => {
		const own = groups().filter((each) => each.name === name);
		expect(own).toHaveLength(1);
		expect(readGroup({ resourceType: 'Parameters', parameter: own })).toEqual(expected);
		expect(readGroup(own[0].resource)).toEqual(expected);
	});

	test.each([
		[MATCHED, { groupId: '07e72a15407547bf9d03f522aa536a72.1' }],
		[NO_MATCH, { notMatched: 'no-match' }],
		[CONSTRAINED, { notMatched: 'consent-refused' }],
	])('%s', (name, expected) => expect(readGroup(example(name))).toEqual(expected));

	test('without anybody in its group MatchedMembers is a refused consent, where somebody is in that group', () => {
		const parameter = groups().map(({ name, resource }) => ({
			name,
			resource: name === 'MatchedMembers' ? { ...resource, member: [] } : resource,
		}));
		expect(readGroup({ resourceType: 'Parameters', parameter })).toEqual({ notMatched: 'consent-refused' });
	});

	test.each<[name: string, read: () => IDataObject[], groupId: string]>([
		['as Parameters', () => [example(BULK_OUT)], '07e72a15407547bf9d03f522aa536a72'],
		[
			'as the groups of the Parameters',
			() => groups().map(({ resource }) => resource),
			'07e72a15407547bf9d03f522aa536a72',
		],
		[
			'as the three published Groups',
			() => [MATCHED, NO_MATCH, CONSTRAINED].map((name) => example<IDataObject>(name)),
			'07e72a15407547bf9d03f522aa536a72.1',
		],
	])('%s: two matched, one not, one constrained, and one that is in no group', (_, read, groupId) => {
		const asked = ['1', '2', '3', '4', 'nobody'].map((requestId) => ({ requestId }));
		expect([...readBulkMatch(read(), asked).values()]).toMatchObject([
			{ outcome: 'matched', groupId, patientId: '1001' },
			{ outcome: 'matched', groupId, patientId: '2002' },
			{ outcome: 'no-match' },
			{ outcome: 'consent-refused' },
			{ outcome: 'no-match' },
		]);
	});

	/** The columns of the person whom the answer contains: another one than was asked for would be unclear. */
	function personIn(id: string): object {
		const contained = groups().flatMap(({ resource }) => (resource.contained ?? []) as fhir4.Patient[]);
		const patient = contained.find((each) => each.resourceType === 'Patient' && each.id === id);
		const [name] = patient?.name ?? [];
		return { givenName: name?.given?.[0], familyName: name?.family, birthDate: patient?.birthDate };
	}

	test('leaves Member Match by the output of each member', async () => {
		const started = { status: 202, headers: { 'content-location': '/jobs/1' } };
		const { run } = await runAgainst(
			(url) => [
				started,
				{ body: { output: [{ type: 'Parameters', url: `${url}/1.ndjson` }] } },
				{ body: JSON.stringify(example(BULK_OUT)) },
			],
			{
				items: () =>
					['1', '2', '3', '4'].map((memberId) => memberRow('small', { memberId, ...personIn(memberId) })),
				parameters: { memberMatch: { matchMode: 'together' } },
			},
		);
		expect(run.error).toBeUndefined();
		expect(run.json('memberMatch').map(({ memberId, patientId }) => [memberId, patientId])).toEqual([
			['1', '1001'],
			['2', '2002'],
		]);
		expect(run.json('memberMatch', 1).map(({ memberId, outcome }) => [memberId, outcome])).toEqual([
			['3', 'no-match'],
			['4', 'consent-refused'],
		]);
	});

	test('the codes of the groups are those of the official code system', () => {
		const { concept } = example<{ concept: Array<{ code: string }> }>(
			'pdex-2.2.0/CodeSystem-PdexMultiMemberMatchResultCS.json',
		);
		const used = groups().map(
			({ resource }) => (resource.code as { coding: Array<{ code: string }> }).coding[0].code,
		);
		expect(concept.map(({ code }) => code)).toEqual(expect.arrayContaining(used));
	});
});

describeExamples('a manifest', () => {
	const manifest = (name: string) => example<IDataObject>(`bulk-data-manifests/${name}.json`);
	const V3 = 'manifest-example-1';
	const BY_PATIENT = 'manifest-example-2';
	const V4 = 'v4-ballot-BulkDataManifestByTypeExample';
	const V4_BY_PATIENT = 'v4-ballot-BulkDataManifestOrganizedByPatientExample';

	/** As version 1 has it, which does not know `deleted`. */
	function firstVersion(): IDataObject {
		const { deleted, ...rest } = manifest(V3);
		expect(deleted).toHaveLength(1);
		return rest;
	}

	test.each<
		[
			version: string,
			read: () => IDataObject,
			types: unknown[],
			deleted: number,
			errors: number,
			next: string | undefined,
		]
	>([
		['1', firstVersion, ['Patient', 'Observation', 'Observation'], 0, 1, undefined],
		['2', () => manifest(V3), ['Patient', 'Observation', 'Observation'], 1, 1, undefined],
		[
			'3, by patient',
			() => manifest(BY_PATIENT),
			[undefined, undefined, undefined],
			1,
			1,
			'https://example.com/output/manifest-2.json',
		],
		['4', () => manifest(V4), ['Patient', 'Observation', 'Observation'], 1, 1, undefined],
		[
			'4, with what is required',
			() => manifest('v4-ballot-BulkDataManifestMinimalExample'),
			['Patient'],
			0,
			0,
			undefined,
		],
		[
			'4, by patient',
			() => manifest(V4_BY_PATIENT),
			[undefined, undefined, undefined],
			1,
			1,
			'https://example.org/output/manifest-2.json',
		],
	])('of Bulk Data %s is understood', async (_, read, types, deleted, errors, next) => {
		const understood = readManifest(read());
		if (!understood) throw new Error('This is no manifest');
		expect(understood.files.map(({ type }) => type)).toEqual(types);
		expect([understood.deletedFiles.length, understood.errorFiles.length]).toEqual([deleted, errors]);
		expect(understood.nextPage).toBe(next);
		expect(understood).toMatchObject({
			transactionTime: '2021-01-01T00:00:00Z',
			requiresAccessToken: true,
			withoutAddress: 0,
		});

		const { run, got } = await runAgainst([{ body: read() }], {
			nodes: ['waitForExport'],
			items: (url) => [{ jobId: 'j1', statusUrl: `${url}/jobs/j1` }],
		});
		expect(run.json('waitForExport')).toHaveLength(types.length + deleted);
		// Error files and further parts are on another host than this payer: told of, and not asked for with the token.
		const isPartial = errors > 0 || next !== undefined;
		expect(run.json('waitForExport', 2).map(({ outcome }) => outcome)).toEqual(isPartial ? ['partial'] : []);
		expect(got).toHaveLength(1);
	});
});

describeExamples('a request', () => {
	const NO_MB_TYPE = ['CoverageToMatch B11', 'CoverageToMatch B13'];
	const NO_MB_TYPE_LINK = ['CoverageToLink B11', 'CoverageToLink B13'];

	test.each<[name: string, profile: RequestProfile, broken: string[]]>([
		['hrex-1.0.0/Parameters-member-match-in.json', '1up', ['Consent id']],
		['hrex-1.0.0/Parameters-member-match-in.json', 'hrex-1.0', []],
		['hrex-1.0.0/Parameters-member-match-in.json', 'hrex-1.2', [...NO_MB_TYPE, ...NO_MB_TYPE_LINK]],
		['hrex-1.0.0/Parameters-member-match-in-provider.json', 'hrex-1.0', ['B15']],
		['hrex-1.0.0/Parameters-member-match-in-provider.json', 'hrex-1.2', ['B15', ...NO_MB_TYPE]],
	])('%s by %s', (name, profile, broken) => expect(brokenRules(example(name), profile)).toEqual(broken));

	test('of a bulk match of PDex 2.2: Patient/1 is not patient-1, and each class is of two types', async () => {
		for (const { name, part = [] } of example<Parameters>(BULK_IN).parameter) {
			expect(name).toBe('MemberBundle');
			const broken = brokenRules({ resourceType: 'Parameters', parameter: part }, 'hrex-1.2');
			expect(broken).toEqual(
				expect.arrayContaining([
					'CoverageToMatch B14',
					'Consent B14',
					'CoverageToLink B14',
					'CoverageToMatch class',
				]),
			);
			const { got, told } = await sendResources(resourceItem('m-1', part), hrexAnswer('1.2'));
			expect(told).toMatch(/beneficiary must be the Patient of this request/);
			expect(got).toEqual([]);
		}
	});

	test('with absolute references to the patient, as examples of HRex 1.2 have them', () => {
		const request = example<Parameters>('hrex-1.0.0/Parameters-member-match-in.json');
		for (const { resource } of request.parameter) {
			for (const name of ['beneficiary', 'patient']) {
				if (resource[name]) resource[name] = { reference: 'http://example.org/fhir/Patient/1' };
			}
		}
		expect(brokenRules(request, 'hrex-1.0')).toEqual([
			'CoverageToMatch B14',
			'Consent B14',
			'CoverageToLink B14',
		]);
	});
});

describeExamples('every official resource', () => {
	test('goes through Fetch Batch as it is', async () => {
		const resources = exampleNames('hrex-1.0.0', 'pdex-2.2.0').map((name) => example<IDataObject>(name));
		expect(resources.length).toBeGreaterThan(10);
		const body = ndjson(...resources);
		const { run } = await runAgainst([{ body }], {
			nodes: ['fetchBatch'],
			items: (url) => [{ url: `${url}/a.ndjson` }],
		});
		expect(run.json('fetchBatch').map((json) => JSON.stringify(json))).toEqual(
			resources.map((each) => JSON.stringify(each)),
		);
	});
});
