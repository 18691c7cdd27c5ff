import { member, row, truth, typesOf } from '../../support/expectations';
import { allJson, bringIn, runByHand } from './bringIn';
import { startFhirServer, type SmallFhirServer } from './fhirServer';
import { expectRows, type OutcomeRow } from './outcomeRow';

const MEMBERS = ['small', 'medium', 'partial', 'no-match'];

/** The resources of a member that a FHIR server holds. */
export function heldOf(server: SmallFhirServer, key: string): object[] {
	const { memberId } = member(key).row;
	return [...server.stored].flatMap(([url, resource]) => {
		const id = url.split('/')[1];
		return id === memberId || id.startsWith(`${memberId}-`) ? [resource] : [];
	});
}

/** The example "Into a FHIR server". */
export function intoFhirServerExample(): void {
	let server: SmallFhirServer;
	let workflowId: string;
	beforeAll(async () => {
		server = await startFhirServer();
		const assignments = [{ id: 'field-1', name: 'address', value: server.url, type: 'string' }];
		workflowId = await bringIn('fhir-server.json', {
			roster: MEMBERS.map((key) => row(key)),
			parameters: { 'FHIR Server': { assignments: { assignments } } },
		});
	});
	afterAll(async () => await server.close());

	test.each(['the first time', 'again'])('fhir-server: %s, every resource is stored once', async () => {
		const execution = await runByHand(workflowId);
		expectRows(allJson<OutcomeRow>(execution, 'Outcome Rows'), MEMBERS, 'Enrollment team');
		for (const key of MEMBERS) expect(typesOf(heldOf(server, key))).toEqual(truth(key).types);
		expect(server.changes()).toBe(0);
		// Of a partial export, what is referred to may never come.
		expect(server.dangling.filter((url) => !url.includes(row('partial').memberId))).toEqual([]);
		expect(allJson(execution, 'Not Stored')).toEqual([]);
	});

	test('fhir-server: a Bundle that the server does not take makes that member partial, and no other', async () => {
		server.refuse(({ resourceType, id }) => resourceType === 'Condition' && id.startsWith('SYN-1002'));
		const rows = allJson<OutcomeRow>(await runByHand(workflowId), 'Outcome Rows');
		expect(Object.fromEntries(rows.map(({ memberId, outcome }) => [memberId, outcome]))).toEqual({
			'SYN-1001': 'completed',
			'SYN-1002': 'partial',
			'SYN-1011': 'partial',
			'SYN-1008': 'no-match',
		});
		const medium = rows.find(({ memberId }) => memberId === 'SYN-1002');
		expect(medium?.reason).toBe(
			'The FHIR server did not take a Bundle (HTTP 422). 318 resources came; 304 are stored.',
		);
	});
}
