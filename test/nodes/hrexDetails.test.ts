import type { IDataObject } from 'n8n-workflow';
import { checkMatchBody } from '../../sandbox/standard/matchRules';
import { Violations } from '../../sandbox/standard/violations';
import { credentialFor, runSteps } from '../support/engine';
import { row } from '../support/expectations';
import { runOneNode } from '../support/oneNode';
import { startSandbox, type RunningSandbox } from '../support/sandbox';
import { memberRow, Payers, runAgainst } from '../support/standardRuns';

const payers = new Payers();
let oneUp: RunningSandbox;
beforeAll(async () => void (oneUp = await startSandbox()));
afterAll(async () => await oneUp.stop());

const REPRESENTATIVE = {
	consentPerformer: 'representative',
	representativeFamilyName: 'Byron',
	representativeGivenName: 'Anne',
	representativeRole: 'DPOWATT',
};
const PLANS = {
	requestingName: 'Prairie Health Plan',
	requestingNpi: '1234567893',
	respondingName: 'Bison Health Plan',
};
const FULL = { fullRequest: true, ...PLANS };
const SYSTEM = { coverageIdSystem: 'https://payer.example/coverage-id' };
const HREX_1_0 = { customRequests: true, hrexVersion: 'hrex-1.0' };

describe.each([
	['hrex-1.0', HREX_1_0],
	['hrex-1.2', {}],
	['pdex-2.2', {}],
] as const)('at the payer %s', (dialect, credential) => {
	test.each<[sentence: string, hrexDetails: IDataObject, item?: object]>([
		['a representative', REPRESENTATIVE],
		['birth sex beside the gender', { birthSex: 'F' }],
		['a document with its system', { sourceDocument: 'D-1', sourceDocumentSystem: 'https://plan.example/d' }],
		['other plans than the credential', { respondingNpi: '1558444216', requestingName: 'Another Plan' }],
		...(dialect === 'hrex-1.0'
			? []
			: ([['birth sex in place of gender', { birthSex: 'M' }, { gender: '' }]] as Array<
					[string, IDataObject, object]
				>)),
	])('%s is taken, and no rule is broken', async (_, hrexDetails, item = {}) => {
		const together = dialect === 'pdex-2.2' ? { matchMode: 'together' } : {};
		const { run, told, broken } = await payers.exchange({
			dialect,
			nodes: ['memberMatch'],
			items: [memberRow('small', item)],
			parameters: { memberMatch: { hrexDetails, additionalFields: SYSTEM, ...together } },
			credential: credential as never,
		});
		expect(told.trim()).toBe('');
		expect(run.json('memberMatch')).toMatchObject([{ outcome: 'matched' }]);
		expect(broken).toEqual([]);
	});
});

const MATCHED = {
	body: {
		resourceType: 'Parameters',
		parameter: [
			{ name: 'MemberIdentifier', valueIdentifier: { value: 'U' } },
			{ name: 'MemberId', valueReference: { reference: 'Patient/1' } },
		],
	},
};

test('one roster holds members who consent themselves and members whose representative does', async () => {
	const { got } = await runAgainst([MATCHED, MATCHED], {
		items: () => [memberRow('small', { given: 'Anne', family: 'Byron' }), memberRow('large')],
		parameters: {
			memberMatch: {
				options: { concurrency: 1 },
				hrexDetails: {
					...REPRESENTATIVE,
					consentPerformer: 'representativeWhereGiven',
					representativeGivenName: '={{ $json.given }}',
					representativeFamilyName: '={{ $json.family }}',
				},
			},
		},
	});
	expect(got.map(({ body }) => /"performer":(\[[^\]]*\])/.exec(body)?.[1])).toEqual([
		'[{"reference":"#representative"}]',
		`[{"reference":"Patient/${String(memberRow('large').memberId)}"}]`,
	]);
});

test.each<[sentence: string, hrexDetails: object, item: object, credential: object, says: RegExp]>([
	[
		'no gender for HRex 1.0',
		{ birthSex: 'F' },
		{ gender: '' },
		HREX_1_0,
		/gender must be given.*Fill in 'Gender'/,
	],
	['neither gender nor birth sex', {}, { gender: '' }, {}, /needs a gender.*'Birth Sex' in 'HRex Details'/],
	[
		'no plan that asks',
		{},
		{},
		{ requestingName: '' },
		/'Your Plan Name' of the credential is empty.*'Requesting Plan Name' in HRex Details/,
	],
	[
		'half a representative',
		{ consentPerformer: 'representative', representativeFamilyName: 'Byron' },
		{},
		{},
		/'HRex Details: Representative Given Name', 'HRex Details: Representative Role' are empty/,
	],
	['a representative of nobody', { ...REPRESENTATIVE, consentPerformer: 'member' }, {}, {}, /is the member/],
])('%s: it is told before anything is sent', async (_, hrexDetails, item, credential, says) => {
	const { told, got } = await runAgainst([], {
		items: () => [memberRow('small', item)],
		parameters: { memberMatch: { hrexDetails, additionalFields: SYSTEM } as IDataObject },
		credential: credential as never,
	});
	expect(told).toMatch(says);
	expect(told).not.toContain('Byron');
	expect(got).toEqual([]);
});

test('the plans of the form are enough where the credential names none', async () => {
	const { got, told } = await runAgainst([MATCHED], {
		parameters: { memberMatch: { hrexDetails: PLANS } },
		credential: { requestingName: '', respondingName: '' },
	});
	expect(told.trim()).toBe('');
	expect(got).toHaveLength(1);
});

describe('at 1upHealth', () => {
	const bodyFor = async (parameters: IDataObject) => {
		const { gateway, run } = await runOneNode({ node: 'memberMatch', parameters }, [row('small')], {
			answers: [{ body: { groupId: 'g' } }],
		});
		return { body: gateway.got[0]?.body, told: `${run.error?.message} ${run.error?.description}` };
	};

	test.each<[sentence: string, hrexDetails: IDataObject]>([
		['the plans', FULL],
		['a representative', { ...FULL, ...REPRESENTATIVE }],
		['birth sex', { ...FULL, birthSex: 'F' }],
		['numbers alone', { fullRequest: true, requestingNpi: '1234567893', respondingNpi: '1558444216' }],
	])('the full request with %s is taken, and keeps both contracts', async (_, hrexDetails) => {
		const run = await runSteps({
			items: [row('small')],
			steps: [{ node: 'memberMatch', parameters: { hrexDetails } }],
			credential: credentialFor(oneUp),
		});
		expect(run.error).toBeUndefined();
		expect(run.json('memberMatch')).toMatchObject([{ outcome: 'matched' }]);

		const { body = '' } = await bodyFor({ hrexDetails });
		const seen = new Violations();
		checkMatchBody(JSON.parse(body), seen, '1.2');
		expect(seen.all()).toEqual([]);
		expect(JSON.parse(body)).toMatchObject({ id: row('small').memberId });
	});

	test.each<[sentence: string, parameters: IDataObject]>([
		['as it always was', {}],
		['with the switch off', { hrexDetails: { fullRequest: false } }],
		['with details that are empty or preset', { hrexDetails: { birthSex: '', consentPerformer: 'member' } }],
	])('without it the request is %s', async (_, parameters) => {
		const { memberId, givenName, familyName, birthDate, gender, coverageId, tenant } = row('small');
		const { consentId, consentStart, consentEnd } = row('small');
		const terms = 'http://terminology.hl7.org/CodeSystem';
		const policy = 'http://hl7.org/fhir/us/davinci-hrex/StructureDefinition-hrex-consent.html#regular';
		const patient = `{"reference":"Patient/${memberId}"}`;
		const { body } = await bodyFor(parameters);
		expect(body).toBe(
			`{"resourceType":"Parameters","id":"${memberId}","parameter":[` +
				`{"name":"MemberPatient","resource":{"resourceType":"Patient","id":"${memberId}",` +
				`"name":[{"family":"${familyName}","given":["${givenName}"]}],"gender":"${gender}","birthDate":"${birthDate}"}},` +
				`{"name":"CoverageToMatch","resource":{"resourceType":"Coverage","id":"coverage-to-match","identifier":[` +
				`{"type":{"coding":[{"system":"${terms}/v2-0203","code":"MB"}]},"value":"${coverageId}"}],"status":"active",` +
				`"beneficiary":${patient},"payor":[{"display":"${tenant}"}]}},` +
				`{"name":"Consent","resource":{"resourceType":"Consent","id":"${consentId}","status":"active",` +
				`"scope":{"coding":[{"system":"${terms}/consentscope","code":"patient-privacy"}]},` +
				`"category":[{"coding":[{"system":"${terms}/v3-ActCode","code":"IDSCL"}]}],"patient":${patient},` +
				`"policy":[{"uri":"${policy}"}],` +
				`"provision":{"type":"permit","period":{"start":"${consentStart}","end":"${consentEnd}"}}}}]}`,
		);
	});

	test.each<[sentence: string, hrexDetails: IDataObject, says: RegExp]>([
		[
			'details without the switch',
			{ birthSex: 'F' },
			/full HRex request only.*Switch on 'Send the Full HRex/,
		],
		[
			'no plan that asks',
			{ ...FULL, requestingName: '', requestingNpi: '' },
			/'HRex Details: Requesting Plan Name' is/,
		],
		['no payer asked', { ...FULL, respondingName: '' }, /'HRex Details: Responding Plan Name' is empty/],
	])('%s is told before anything is sent', async (_, hrexDetails, says) => {
		const { body, told } = await bodyFor({ hrexDetails });
		expect(told).toMatch(says);
		expect(body).toBeUndefined();
	});
});
