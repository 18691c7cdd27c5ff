import { Payers, type AskedExchange } from '../../support/standardRuns';
import { truth, typesOf } from '../../support/expectations';

/** Servers that follow the standards in their own ways (E3 to E6, E11), each by its choice of Payer Software, through the four nodes. */

const payers = new Payers();
const SYSTEM = {
	memberMatch: { additionalFields: { coverageIdSystem: 'https://payer.example/coverage-id' } },
};
const TOGETHER = { memberMatch: { matchMode: 'together', options: { pollEvery: 1 } } };

type Case = [what: string, asked: AskedExchange];

test.each<Case>([
	['E3 a job told with the other scheme', { settings: { contentLocation: 'other-scheme' } }],
	[
		'E3 a job told as a server behind a proxy knows it',
		{ dialect: 'bulk-v3', settings: { contentLocation: 'other-host' } },
	],
	[
		'E3 a job and files told without their host',
		{ settings: { contentLocation: 'relative', fileUrls: 'relative' } },
	],
	[
		'E1 a bulk match behind redirects',
		{ dialect: 'pdex-2.2', settings: { fileRedirects: 'yes' }, parameters: TOGETHER },
	],
	['E1 files behind redirects', { settings: { fileRedirects: 'yes' } }],
	['E4 a job told in Location', { settings: { jobHeader: 'location' } }],
	[
		'E4 a match and an export told in Location',
		{
			dialect: 'pdex-2.1',
			settings: { jobHeader: 'location' },
			parameters: TOGETHER,
			credential: software('smile'),
		},
	],
	[
		'E5 a bulk match answered by Parameters',
		{ dialect: 'pdex-2.2', settings: { bulkMatchResult: 'parameters' }, parameters: TOGETHER },
	],
	[
		'E5 a bulk match answered by a Bundle',
		{ dialect: 'pdex-2.2', settings: { bulkMatchResult: 'bundle' }, parameters: TOGETHER },
	],
	['E6 Onyx', { settings: { matchRequestId: 'member-match-in' }, credential: software('onyx') }],
	['E6 Microsoft', { settings: { coverageNames: 'old' }, credential: software('microsoft') }],
	[
		'E6 Inferno',
		{
			dialect: 'hrex-1.0',
			settings: { exports: 'patient-type' },
			parameters: SYSTEM,
			credential: software('inferno'),
		},
	],
	[
		'E11 WSO2',
		{
			dialect: 'hrex-1.0',
			settings: { identifierValue: 'patient-id', memberId: 'none' },
			credential: software('wso2'),
		},
	],
	[
		'AWS HealthLake',
		{
			dialect: 'pdex-2.2',
			settings: { exportType: 'hl7.fhir.us.davinci-pdex.p2p' },
			parameters: TOGETHER,
			credential: software('healthLake'),
		},
	],
	[
		'InterSystems',
		{ settings: { mediaType: 'application/json+fhir' }, credential: software('interSystems') },
	],
	[
		'Payerbox',
		{
			dialect: 'pdex-2.2',
			settings: { bulkMatchFiles: 'parameters' },
			parameters: TOGETHER,
			credential: software('payerbox'),
		},
	],
	['PDex 2.0', { dialect: 'hrex-1.0', parameters: SYSTEM, credential: software('pdex20') }],
	['PDex 2.1', { dialect: 'pdex-2.1', parameters: TOGETHER, credential: software('pdex21') }],
	['PDex 2.2', { dialect: 'pdex-2.2', parameters: TOGETHER, credential: software('pdex22') }],
	['SMART Bulk Data', { dialect: 'bulk-v2', credential: software('smartBulk') }],
	[
		'Oracle Health',
		{ dialect: 'bulk-v1', settings: { fileRedirects: 'yes' }, credential: software('oracle') },
	],
])('%s: all of the member comes', async (_, asked) => {
	const { run, told, broken } = await payers.exchange(asked);
	expect([told, broken]).toEqual([' ', []]);
	expect(typesOf(run.json('fetchBatch'))).toEqual(truth('small').types);
	expect(run.json('fetchBatch', 1).map(({ outcome }) => outcome)).not.toContain('partial');
});

function software(payerSoftware: string) {
	return { payerSoftware };
}

test.each<[what: string, asked: AskedExchange, says: RegExp]>([
	[
		'E3 a job elsewhere, beside the FHIR base: the setting is named',
		{ settings: { contentLocation: 'other-host' } },
		/export job is on another host .*'Status Path'/s,
	],
	[
		'E6 an export of another level: the setting is named',
		{ settings: { exports: 'patient-type' } },
		/\(HTTP 404\).*'Payer Software' and 'Export Level'/s,
	],
	[
		'E11 matched but not exportable: the cause is named',
		{ dialect: 'hrex-1.0', settings: { identifierValue: 'patient-id', memberId: 'none' } },
		/was matched, but the payer gave no ID to export by.*'Search Patients By'/s,
	],
	[
		'an unknown Payer Software',
		{ credential: software('acme') },
		/'Payer Software' must be one of: other, healthLake/,
	],
	[
		'a Match Request ID that is no id',
		{ credential: { customRequests: true, requestId: 'a b' } },
		/'Match Request ID' must be/,
	],
	[
		'an unknown choice',
		{ credential: { customRequests: true, coverageNames: 'new' } },
		/'Coverage Names' must be one of/,
	],
])('%s', async (_, asked, says) => {
	const { run, told } = await payers.exchange(asked);
	expect(run.status).toBe('error');
	expect(told).toMatch(says);
});

test('E11 a hint at the match tells who cannot be exported, and not where no ID is needed', async () => {
	const hints = async (credential: AskedExchange['credential']) => {
		const { run } = await payers.exchange({
			dialect: 'hrex-1.0',
			settings: { identifierValue: 'patient-id', memberId: 'none' },
			nodes: ['memberMatch'],
			parameters: SYSTEM,
			credential,
		});
		return JSON.stringify(run.raw.data.resultData.runData.memberMatch[0].hints ?? []);
	};
	expect(await hints({})).toMatch(/named 1 member by an identifier alone/);
	expect(await hints(software('wso2'))).not.toMatch(/identifier alone/);
	expect(await hints(software('inferno'))).not.toMatch(/identifier alone/);
});

test('a single field goes before Payer Software', async () => {
	const { told, of } = await payers.exchange({
		settings: { matchRequestId: 'of-the-plan' },
		nodes: ['memberMatch'],
		credential: { ...software('onyx'), customRequests: true, requestId: 'of-the-plan' },
	});
	expect(told).toBe(' ');
	expect(of(/member-match$/)).toHaveLength(1);
});
