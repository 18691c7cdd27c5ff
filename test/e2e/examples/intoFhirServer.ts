import { member, row, truth } from '../../support/expectations';
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

/** The payer's id of a resource that was prepared; undefined for what came from no payer. */
function sourceIdOf(resource: object): string | undefined {
	type Identifier = { use?: string; value?: string };
	const { identifier, entity } = resource as {
		identifier?: Identifier[];
		entity?: Array<{ what: { identifier?: Identifier } }>;
	};
	const own = identifier?.at(-1) ?? entity?.at(-1)?.what.identifier;
	return own?.use === 'secondary' ? own.value : undefined;
}

/** How many resources of each type of a member a server holds, by the payer's ids. */
function countsOf(server: SmallFhirServer, key: string): Record<string, number> {
	const { memberId } = member(key).row;
	const counts: Record<string, number> = {};
	for (const [url, resource] of server.stored) {
		const id = sourceIdOf(resource);
		const type = url.slice(0, url.indexOf('/'));
		if (id === memberId || id?.startsWith(`${memberId}-`)) counts[type] = (counts[type] ?? 0) + 1;
	}
	return counts;
}

const countsIn = (key: string) =>
	Object.fromEntries(Object.entries(truth(key).types).map(([type, held]) => [type, held?.resources]));

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
		for (const key of MEMBERS) expect(countsOf(server, key)).toEqual(countsIn(key));
		expect(server.changes()).toBe(0);
		// Of a partial export, what is referred to may never come.
		const partial = server.dangling.filter((url) =>
			JSON.stringify(server.stored.get(url)).includes(row('partial').memberId),
		);
		expect(server.dangling.filter((url) => !url.startsWith('Provenance/'))).toEqual(partial);
		expect(allJson(execution, 'Not Stored')).toEqual([]);
	});

	test('fhir-server: a Bundle that the server does not take is counted in the row of that member, and of no other', async () => {
		server.refuse(
			(resource) =>
				resource.resourceType === 'Condition' && sourceIdOf(resource)?.startsWith('SYN-1002') === true,
		);
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
