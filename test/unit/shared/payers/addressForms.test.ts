import { isDeletableJob, isFileAddress, isJobAddress } from '../../../../nodes/shared/payers/addressForms';
import { standardPayer } from '../../../../nodes/shared/payers/pdex/requests';
import { readStandardSettings } from '../../../../nodes/shared/payers/pdex/settings';

const HOST = 'https://fhir.payer.example';
const BASE = `${HOST}/api/r4`;
const at = (path: string) => new URL(path.startsWith('/') ? HOST + path : `${BASE}/${path}`);

/** Where known servers keep their jobs; whether one may be deleted there. */
const JOBS: Array<[server: string, path: string, deletable: boolean]> = [
	['HAPI, Smile, Inferno', '$export-poll-status?_jobId=5b1e', true],
	['HAPI, below a type', 'Patient/$export-poll-status?_jobId=5b1e', false],
	['PDex 2.2', '$davinci-export-poll-status/5b1e', true],
	['IBM, LinuxForHealth', '$bulkdata-status?job=eyJ', true],
	['Firely', '$exportstatus?_jobid=5b1e', true],
	['Azure, Microsoft', '_operations/export/17', true],
	['SMART reference server', 'bulkstatus/5b1e', true],
	['BCDA, AB2D', '/api/v2/jobs/17', true],
	['AB2D', 'Job/17/$status', true],
	['DPC', 'Jobs/17', true],
	['Epic', 'BulkRequest/00000000000007', true],
	['Medplum', 'bulkdata/export/5b1e', true],
	['Google', '/v1/projects/p/operations/17', true],
	['Aidbox', '$export-status/5b1e', true],
	['below the group', 'Group/g1/$export/job/1', false],
	['on another path of the host', '/exports/5b1e', true],
	['an opaque path', '/x/5b1e', false],
	['an opaque path with the name of the job', '/x?_job=5b1e', true],
];
test.each(JOBS)('D9 a job of %s: %s', (_, path, deletable) => {
	expect(isJobAddress(BASE, at(path))).toBe(true);
	expect(isDeletableJob(BASE, at(path))).toBe(deletable);
});

/** What an input row must not have asked for, or deleted. */
const NO_JOBS = [
	'Patient/123',
	'Permission/1',
	'ReferralRequest/1',
	'SubscriptionTopic/1',
	'Patient.json',
	'$purge-job',
	'/api/r4/jobs/..;/Patient/1',
	'patient/123',
	'PATIENT/123',
	'%50atient/123',
	'Patient/%31',
	'/Patient/123',
	'/other/fhir/Patient/123',
	'/API/R4/patient/123',
	'/Patient',
	'/Patient/job-123',
	'/Patient/status-123/_history/2',
	'//Patient/123',
	'Patient;x/123',
	'Patient?identifier=1',
	'Patient/123/$everything',
	'Patient/$expunge',
	'Group/g2/$export',
	'Group/g2/$davinci-data-export',
	'Group/$bulk-member-match',
	'$export',
	'$davinci-data-export',
	'$expunge',
	'$reindex',
	'$bulk-delete',
	'Binary/1',
	'Task/17',
	'Subscription/1',
	'metadata',
	'Metadata',
	'.well-known/smart-configuration',
	'_search?x=1',
	'_history',
	'jobs/1/_history',
	'?_getpages=x',
	'',
	'/api/r4',
	'/',
	'jobs%2F..%2FPatient/1',
	'jobs/%2e%2e/Patient/1',
	'jobs/%252e/Patient',
	'jobs%5c1',
];
test.each(NO_JOBS)('D9 %j is no job', (path) => {
	expect(isJobAddress(BASE, at(path))).toBe(false);
});

/** Some of these are asked for where a payer names them as a job; none is ever deleted. */
const NEVER_DELETED = [
	'/x/patient/1',
	'/x/group/g1/jobs/1',
	'Patient/$export-poll-status?_jobId=1',
	'jobs',
	'/admin/users/77',
	'/oauth/clients/1',
];
test.each([...NO_JOBS, ...NEVER_DELETED])('D9 nothing is deleted at %j', (path) => {
	expect(isJobAddress(BASE, at(path)) && isDeletableJob(BASE, at(path))).toBe(false);
});

test.each<[server: string, path: string]>([
	['HAPI, Smile', 'Binary/AbC-17'],
	['Medplum', '/storage/binary/5b1e/1'],
	['SMART reference server', 'bulkfiles/1.Patient.ndjson'],
	['AB2D', 'Job/17/file/Patient_0001.ndjson'],
	['DPC', 'Data/17.ndjson'],
	['Epic', 'BulkRequest/00000000000007/eAbC'],
	['below the group', 'Group/g1/$export/file/1'],
	['by type', '/export/17/Observation/0001'],
	['by type, the name alone', '/export/17/Observation'],
	['by type and NDJSON', '/x/Patient/0001.ndjson'],
	['an opaque path', '/x/5b1e'],
	['an operation', '$export-file?id=1'],
	['with a signature', '/files/1?sig=abc'],
])('D9 a file of %s: %s', (_, path) => {
	expect(isFileAddress(BASE, at(path))).toBe(true);
});

test.each([
	'Patient/123',
	'patient/123',
	'Patient',
	'Patient?identifier=1',
	'Patient/123/$everything',
	'Patient/file-1',
	'Binary',
	'Binary?_id=1',
	'Binary/1/_history',
	'Binary/_search',
	'/other/Patient/123',
	'/export/1/Patient?name=x',
	'Group/g2/$export',
	'$export',
	'$everything',
	'metadata',
	'_search',
	'?_getpages=x',
	'files%2f..%2fPatient',
])('D9 %j is no file', (path) => {
	expect(isFileAddress(BASE, at(path))).toBe(false);
});

test('D9 the requests refuse what is no job or file, and name no address', () => {
	const payer = standardPayer(readStandardSettings({ fhirBaseUrl: BASE }), 'fhirPayerOAuth2Api');
	const patient = `${BASE}/Patient/123`;
	for (const request of [
		() => payer.statusRequest({ jobId: 'j', statusUrl: patient }),
		() => payer.deleteRequest?.({ jobId: 'j', statusUrl: patient }),
		() => payer.deleteRequest?.({ jobId: 'j', statusUrl: `${BASE}/Patient/$export-poll-status?_jobId=1` }),
		() => payer.manifestPageRequest(patient),
		() => payer.fileRequest(`${BASE}/Patient?name=x`, true),
		() => payer.jobFrom(patient, {}),
		() => payer.bulkMatch?.jobFrom(patient),
	]) {
		expect(request).toThrow(/^The address of the (?:export job|manifest|file) is not one of an export$/);
	}
	expect(payer.jobFrom(`Started for ${patient}.`, {})).toBeUndefined();
});

test('D9 the Status Path of the credential is a form of jobs of its own', () => {
	const settings = readStandardSettings({
		fhirBaseUrl: BASE,
		customRequests: true,
		statusPath: 'Task/{jobId}',
	});
	const payer = standardPayer(settings, 'fhirPayerOAuth2Api');
	const job = (path: string) => ({ jobId: 'j', statusUrl: `${BASE}/${path}` });
	expect(payer.jobFrom(`${BASE}/x/17`, {})).toEqual({ jobId: '17', statusUrl: `${BASE}/Task/17` });
	expect(payer.statusRequest(job('Task/17')).url).toBe(`${BASE}/Task/17`);
	expect(payer.deleteRequest?.(job('Task/17')).method).toBe('DELETE');
	for (const path of ['Task/17/x', 'Task/17?x=1', 'Task?x=1', 'Task/..', 'Task/', 'Patient/17', 'Task/%zz']) {
		expect(() => payer.deleteRequest?.(job(path))).toThrow(/not one of an export/);
	}
});
