import type { N8nExecution } from '../../local-n8n/execution';
import { theBench } from './bench';
import { cardNumber, memberId, people, type Person } from './waysIn/roster';
import type { Place, Way } from './waysIn/ways';
import { openWaysBench, type WaysBench } from './waysIn/bench';
import { jsonOf, TRIGGER } from './workflows';

/**
 * F3, A8: from everywhere that a roster comes from, a date reaches the payer as the day that was written, or it is an error. Never the day
 * before or after. Whatever the zones of n8n's process (TZ), of n8n (GENERIC_TIMEZONE) and of the workflow.
 */

const OPEN_WITHIN_MS = 40 * 60_000;
const LIMIT_MS = 180_000;
/** Zones of n8n, and of the workflows: an undefined one has that of n8n. */
const PLACES: Array<[TZ: string, GENERIC_TIMEZONE: string, zones: Array<string | undefined>]> = [
	['UTC', 'America/New_York', ['America/New_York', 'UTC', 'Asia/Kolkata', 'Pacific/Guam']],
	['Pacific/Guam', 'Asia/Kolkata', ['America/New_York', 'Pacific/Guam', undefined]],
];
/** Above the number of ways, so that those of each run have numbers of their own. */
const WAYS_PER_RUN = 100;

describe.each(PLACES)('n8n with TZ %s and GENERIC_TIMEZONE %s', (TZ, GENERIC_TIMEZONE, zones) => {
	let bench: WaysBench | undefined;
	beforeAll(async () => {
		bench = await openWaysBench({ TZ, GENERIC_TIMEZONE });
	}, OPEN_WITHIN_MS);
	afterAll(async () => await bench?.close());

	test.each(zones)(
		'F3 A8 each way into a workflow of the zone %s',
		async (timezone) => {
			const { ways, gateway, credentialId, createTables } = bench!;
			const first = WAYS_PER_RUN * zones.indexOf(timezone);
			await createTables(first);
			const { client } = theBench();
			const id = await client.createWorkflow(workflowOf(ways, first, credentialId, timezone));
			const execution = await client.waitForExecution(await client.runManually(id, TRIGGER), {
				timeoutMs: LIMIT_MS,
			});
			expect([execution.status, execution.error?.message]).toEqual(['success', undefined]);
			const sent = new Map(gateway.got.map(({ body }) => sentIn(body)));
			const place = { zone: timezone ?? GENERIC_TIMEZONE, process: TZ };
			const came = ways.map((way, index) => outcome(way, first + index, execution, sent));
			expect(came).toEqual(ways.map((way) => wanted(way, place)));
		},
		LIMIT_MS,
	);
});

/** A branch for each way, which ends in a Member Match in which nothing is entered. */
function workflowOf(ways: Way[], first: number, credentialId: string, timezone?: string) {
	const trigger = { name: TRIGGER, type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} };
	const connections: Record<string, { main: object[][] }> = { [TRIGGER]: { main: [[]] } };
	const branches = ways.flatMap(({ nodes, parameters = {} }, index) => {
		const way = first + index;
		const match = {
			type: 'n8n-nodes-payer-to-payer.memberMatch',
			typeVersion: 1.1,
			parameters,
			onError: 'continueErrorOutput',
			credentials: { oneUpHealthOAuth2Api: { id: credentialId, name: 'Gateway' } },
		};
		const row = nodes(way).map((node, index) => ({ ...node, name: `${way}.${index}` }));
		const branch = [...row, { ...match, name: matchName(way) }];
		branch.forEach(({ name }, index) => {
			const before = branch[index - 1]?.name ?? TRIGGER;
			(connections[before] ??= { main: [[]] }).main[0].push({ node: name, type: 'main', index: 0 });
		});
		return branch;
	});
	return {
		name: 'ways in',
		nodes: [trigger, ...branches].map((node) => ({ ...node, id: node.name, position: [0, 0] })),
		connections,
		settings: { executionOrder: 'v1', ...(timezone && { timezone }) },
	};
}

const matchName = (way: number) => `Match ${way}`;

/** What a request says of a person, by the member id. */
function sentIn(body: string): [id: string, says: string] {
	const { id, parameter } = JSON.parse(body) as {
		id: string;
		parameter: [
			{ resource: fhir4.Patient },
			{ resource: fhir4.Coverage },
			{ resource: { provision: fhir4.ConsentProvision } },
		];
	};
	const [{ resource: patient }, { resource: coverage }, { resource: consent }] = parameter;
	const { start, end } = consent.provision.period ?? {};
	const [{ given = [], family }] = patient.name ?? [{}];
	const number = coverage.identifier?.[0].value;
	return [id, [...given, family, patient.birthDate, patient.gender, number, start, end].join(' ')];
}

const asSent = (person: Person) =>
	[
		...[person.given, person.family, person.birth, person.gender],
		...[cardNumber(person), person.start, person.end],
	].join(' ');

function outcome({ name }: Way, way: number, execution: N8nExecution, sent: ReadonlyMap<string, string>) {
	const errors = jsonOf(execution, matchName(way), 2);
	const says = people.map((person) => sent.get(memberId(way, person)) ?? '-');
	return [name, says, errors.map((error) => /date/i.test(JSON.stringify(error)))];
}

function wanted({ name, isRefused }: Way, place: Place) {
	return isRefused?.(place)
		? [name, people.map(() => '-'), people.map(() => true)]
		: [name, people.map(asSent), []];
}
