import { member, row, truth, typesOf } from '../../support/expectations';
import { allJson } from './bringIn';
import { startFhirServer, type SmallFhirServer } from './fhirServer';
import { expectRows, type OutcomeRow } from './outcomeRow';
import { ASKS, bringInForm, type RosterForm } from './rosterForm';

const MEMBERS = ['small', 'medium', 'partial', 'no-match'];
const ROSTER = MEMBERS.map((key) => row(key));

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
	let example: RosterForm;
	beforeAll(async () => {
		server = await startFhirServer();
		example = await bringInForm('fhir-server.json', {
			parameters: { 'Send to FHIR Server': { url: server.url } },
		});
	});
	afterAll(async () => await server.close());

	test.each(['the first time', 'again'])('fhir-server: %s, every resource is stored once', async () => {
		const execution = await example.run(ROSTER);
		expectRows(allJson<OutcomeRow>(execution, 'Outcomes'), MEMBERS, ASKS);
		for (const key of MEMBERS) expect(typesOf(heldOf(server, key))).toEqual(truth(key).types);
		expect(server.changes()).toBe(0);
		// Of a partial export, what is referred to may never come.
		expect(server.dangling.filter((url) => !url.includes(row('partial').memberId))).toEqual([]);
		expect(allJson(execution, 'Not Stored')).toEqual([]);
	});

	test('fhir-server: a Bundle that the server does not take is counted in the row of that member, and of no other', async () => {
		server.refuse(({ resourceType, id }) => resourceType === 'Condition' && id.startsWith('SYN-1002'));
		const rows = allJson<OutcomeRow & { notStored?: number }>(await example.run(ROSTER), 'Outcomes');
		rows.sort((one, other) => one.memberId.localeCompare(other.memberId));
		expect(rows.map(({ memberId, outcome, notStored }) => [memberId, outcome, notStored])).toEqual([
			['SYN-1001', 'complete', undefined],
			['SYN-1002', 'complete', truth('medium').types.Condition?.resources],
			['SYN-1008', 'no-match', undefined],
			['SYN-1011', 'partial', undefined],
		]);
	});
}
