import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import { member, truth, typesOf } from '../support/expectations';
import { outcome } from '../support/operationOutcome';
import { runOneNode } from '../support/oneNode';
import type { Answer, GotRequest } from '../support/scriptedGateway';
import { Payers, runAgainst, type AnswersSeen, type AskedExchange } from '../support/standardRuns';

const payers = new Payers();

const START = { nodes: ['startExport' as const] };
const ACCEPTED: Answer = { status: 202, headers: { 'content-location': '/fhir/jobs/j1' } };
const ITEM = { memberId: 'm-1', groupId: 'g1' };
const GET_EXPORT = { customRequests: true, exportOperation: '$export', kickOff: 'get' };
/** Starts one export at a payer that answers so; the capability statement is not asked for. */
async function start(
	credential: ICredentialDataDecryptedObject = GET_EXPORT,
	parameters: IDataObject = {},
	answers: Answer[] = [ACCEPTED],
	item: object = ITEM,
): Promise<AnswersSeen> {
	return await runAgainst(answers, {
		...START,
		items: () => [item],
		credential: { customRequests: true, exportOperation: '$davinci-data-export', ...credential },
		parameters: { startExport: parameters },
	});
}

const more = (...parameter: Array<[name: string, value: string]>) => ({
	query: { parameter: parameter.map(([name, value]) => ({ name, value })) },
});
const parametersOf = ({ body }: GotRequest) => (JSON.parse(body) as fhir4.Parameters).parameter ?? [];

/** An export that goes through at a payer of the sandbox, from the match on. */
async function exported(asked: AskedExchange) {
	const seen = await payers.exchange(asked);
	expect(seen.run.error).toBeUndefined();
	expect(seen.broken).toEqual([]);
	return seen;
}

const forV4 = { customRequests: true, kickOff: 'postV4', exportOperation: '$export' };

test('D1 says FHIR JSON in Accept, by GET and by POST', async () => {
	for (const kickOff of ['get', 'post']) {
		const { got } = await start({ ...GET_EXPORT, kickOff });
		expect(got[0]).toMatchObject({
			method: kickOff.toUpperCase(),
			headers: { accept: 'application/fhir+json' },
		});
	}
});

test('D2 prefers an asynchronous answer, by GET and by POST', async () => {
	for (const kickOff of ['get', 'post']) {
		expect((await start({ ...GET_EXPORT, kickOff })).got[0].headers.prefer).toBe('respond-async');
	}
	const { gateway } = await runOneNode({ node: 'startExport' }, [{ ...ITEM, tenant: 'bison' }], {
		answers: [{ status: 202, headers: { 'content-location': '/v1/bison/bulk-data/r4/$export/job/j1' } }],
	});
	expect(gateway.got[0].headers).toMatchObject({ prefer: 'respond-async', accept: 'application/fhir+json' });
});

test('D3 encodes each parameter once, and repeats _typeFilter', async () => {
	const filters = ['Encounter?date=ge2022-01-01', 'Observation?code=http://loinc.org|1-8&status=final'];
	const { got } = await start(GET_EXPORT, {
		resourceTypes: ['Encounter', 'Observation'],
		options: more(['_typeFilter', filters[0]], ['_typeFilter', filters[1]]),
	});
	const [path, query] = got[0].url.split('?');
	expect(path).toBe('/fhir/Group/g1/$export');
	expect(query.split('&')).toEqual([
		'_type=Encounter%2CObservation',
		...filters.map((filter) => `_typeFilter=${encodeURIComponent(filter)}`),
	]);
	await exported({
		dialect: 'bulk-v3',
		items: [{ patientId: member('small').row.memberId }],
		...START,
		credential: { customRequests: true, exportOperation: '$export', exportLevel: 'patient' },
		parameters: { startExport: { options: { dateOfServiceFrom: '2022-01-01' } } },
	});
});

test('D4 sends _since and _until as instants with a time zone', async () => {
	const written = [
		'2026-01-31',
		'2026-01-31T10:00:00',
		'2026-01-31T10:00:00-05:00',
		'2026-01-31T10:00:00.000Z',
	];
	for (const time of written) {
		const { got } = await start(GET_EXPORT, { options: { since: time, until: time } });
		const query = new URLSearchParams(got[0].url.split('?')[1]);
		for (const name of ['_since', '_until']) {
			expect(query.get(name)).toMatch(/^2026-01-31T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/);
		}
	}
	const { got, told } = await start(GET_EXPORT, { options: { since: 'January' } });
	expect(told).toMatch(/'Since' must be a date and time/);
	expect(got).toEqual([]);
});

test('D5 sends patient by POST only, and in the body the right kind of value for each', async () => {
	const options = {
		since: '2026-01-31T10:00:00Z',
		until: '2026-02-28T10:00:00Z',
		...more(
			['patient', 'Patient/p1'],
			['patient', 'Patient/p2'],
			['allowPartialManifests', 'true'],
			['_outputFormat', 'ndjson'],
		),
	};
	const { got } = await start({}, { resourceTypes: ['Patient', 'Coverage'], options });
	expect(got[0]).toMatchObject({ method: 'POST', url: '/fhir/Group/g1/$davinci-data-export' });
	expect(got[0].headers['content-type']).toBe('application/fhir+json');
	expect(JSON.parse(got[0].body)).toMatchObject({ resourceType: 'Parameters' });
	expect(parametersOf(got[0])).toEqual([
		{ name: 'exportType', valueCanonical: 'hl7.fhir.us.davinci-pdex#payertopayer' },
		{ name: '_type', valueString: 'Patient,Coverage' },
		{ name: '_since', valueInstant: '2026-01-31T10:00:00.000Z' },
		{ name: '_until', valueInstant: '2026-02-28T10:00:00.000Z' },
		{ name: 'patient', valueReference: { reference: 'Patient/p1' } },
		{ name: 'patient', valueReference: { reference: 'Patient/p2' } },
		{ name: 'allowPartialManifests', valueBoolean: true },
		{ name: '_outputFormat', valueString: 'ndjson' },
	]);
	const onlyPatient = { options: more(['patient', 'Patient/p1']) };
	const asked = { customRequests: true, exportOperation: '$export' };
	expect((await start({ ...asked, kickOff: 'auto' }, onlyPatient)).got[0].method).toBe('POST');
	const byGet = await start(GET_EXPORT, onlyPatient);
	expect(byGet.told).toMatch(/'patient' can only be sent by POST/);
	expect(byGet.got).toEqual([]);
});

test('D6 starts an export of Bulk Data 4 by POST, each value for itself', async () => {
	const { got } = await start(forV4, {
		resourceTypes: ['Patient', 'Coverage'],
		options: more(['includeAssociatedData', 'LatestProvenanceResources,RelevantProvenanceResources']),
	});
	expect(got[0].method).toBe('POST');
	expect(parametersOf(got[0])).toEqual([
		{ name: '_type', valueString: 'Patient' },
		{ name: '_type', valueString: 'Coverage' },
		{ name: 'includeAssociatedData', valueString: 'LatestProvenanceResources' },
		{ name: 'includeAssociatedData', valueString: 'RelevantProvenanceResources' },
	]);
	const { run } = await exported({
		dialect: 'bulk-v4',
		credential: forV4,
		parameters: { startExport: { resourceTypes: ['Patient', 'Coverage'] } },
	});
	const { Patient, Coverage } = truth('small').types;
	expect(typesOf(run.json('fetchBatch'))).toEqual({ Patient, Coverage });
});

test('D7 refuses a type filter that includes, sorts or picks elements, before it is sent', async () => {
	for (const forbidden of [
		'_include=Encounter:patient',
		'_revinclude=Provenance:target',
		'_sort=date',
		'_elements=id',
	]) {
		const value = `Encounter?date=ge2022-01-01&${forbidden}`;
		const { got, told } = await start(GET_EXPORT, { options: more(['_typeFilter', value]) });
		expect(told).toMatch(/a _typeFilter may not hold/);
		expect(got).toEqual([]);
	}
});

test('D8 takes what comes from a payer that ignores type filters', async () => {
	const { run } = await exported({
		settings: { typeFilter: 'ignored' },
		parameters: { startExport: { options: { dateOfServiceFrom: '2999-01-01' } } },
	});
	expect(typesOf(run.json('fetchBatch'))).toEqual(truth('small').types);
	expect(run.json('fetchBatch', 1).every((report) => report.outcome === 'complete')).toBe(true);
});

test('D9 takes the job from Content-Location, and reads a path alone on the host of the payer', async () => {
	for (const contentLocation of ['absolute', 'relative'] as const) {
		const { run } = await exported({ settings: { contentLocation } });
		expect(run.json('startExport')[0].statusUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/hrex-1\.2\/jobs\/\w+$/);
		expect(typesOf(run.json('fetchBatch'))).toEqual(truth('small').types);
	}
});

test('D10 finds the job of 1upHealth in the text of its answer, without the full stop behind it', async () => {
	const url = 'https://gateway.1upcoredev.com/v1/bison/bulk-data/r4/$export/job/job-1';
	for (const text of [`Track job at ${url}`, `Track job at ${url}.`, `Started (${url}).`]) {
		for (const status of [200, 202]) {
			const { run } = await runOneNode({ node: 'startExport' }, [{ ...ITEM, tenant: 'bison' }], {
				answers: [{ status, body: outcome('informational', text) }],
			});
			expect(run.json('startExport')).toMatchObject([{ jobId: 'job-1' }]);
		}
	}
});

test('D11 tells of an answer that names no job, with the code of the payer', async () => {
	const { told } = await start(GET_EXPORT, {}, [
		{ status: 202, body: outcome('processing', 'The queue is closed.') },
	]);
	expect(told).toMatch(/named no export job/);
	expect(told).toContain('It gives the code processing');
});

test('D12 repeats after the stated pause what was answered with 429, within a limit', async () => {
	const busy: Answer = { status: 429, headers: { 'retry-after': '1' } };
	const { run, got, seconds } = await start(GET_EXPORT, {}, [busy, busy, ACCEPTED]);
	expect(run.json('startExport')).toHaveLength(1);
	expect(got).toHaveLength(3);
	expect(seconds).toBeGreaterThanOrEqual(2);
	const limited = await start(GET_EXPORT, { options: { keepTryingFor: 0 } }, [busy]);
	expect(limited.told).toMatch(/HTTP 429/);
	expect(limited.got).toHaveLength(1);
});

test('D13 tells another 4xx with the code of the payer, and does not repeat it', async () => {
	for (const status of [400, 404, 422]) {
		const { told, got } = await start(GET_EXPORT, {}, [
			{ status, body: outcome('processing', 'That cannot be exported.') },
		]);
		expect(told).toContain(`HTTP ${status}`);
		expect(told).toContain('It gives the code processing');
		expect(got).toHaveLength(1);
	}
});

test('D14 starts $davinci-data-export by POST, as payertopayer, without a limit in time', async () => {
	const { run, of } = await exported({ dialect: 'group' });
	expect(of(/\$davinci-data-export/)).toMatchObject([{ method: 'POST', status: 202 }]);
	expect(typesOf(run.json('fetchBatch'))).toEqual(truth('small').types);
	const { got } = await start({});
	expect(got[0].method).toBe('POST');
	expect(parametersOf(got[0])).toEqual([
		{ name: 'exportType', valueCanonical: 'hl7.fhir.us.davinci-pdex#payertopayer' },
	]);
	// A limit by date of service never becomes a _since, which goes by the last change.
	const limited = await start({}, { options: { dateOfServiceFrom: '2022-01-01' } });
	const names = parametersOf(limited.got[0]).map(({ name }) => name);
	expect([...new Set(names)]).toEqual(['exportType', '_typeFilter']);
});
