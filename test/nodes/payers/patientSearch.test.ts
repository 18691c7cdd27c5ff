import { Payers } from '../../support/standardRuns';

const payers = new Payers();

test('a patient is searched by POST where the credential says so, with no identifier in an address', async () => {
	const { run, of, broken } = await payers.exchange({
		dialect: 'hrex-1.0',
		nodes: ['memberMatch', 'startExport'],
		credential: { customRequests: true, patientSearch: 'post' },
	});
	expect(run.json('startExport')).toHaveLength(1);
	expect(of(/\/Patient\//).map(({ path }) => path)).toContain('/hrex-1.0/fhir/Patient/_search');
	expect(of(/identifier=/)).toEqual([]);
	expect(broken).toEqual([]);
});
