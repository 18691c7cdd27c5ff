import { ownRoster, PLAN_NAME } from '../../../sandbox/roster';
import { credentialFor, runSteps, type EngineRun } from '../../support/engine';
import { startScriptedGateway, type GotRequest } from '../../support/scriptedGateway';

/** F1: what becomes of each column of a roster when it is dragged into each of the main fields: n8n writes an expression. */

const [FIRST] = ownRoster();
/** With an e-mail address, which is no name of a person. */
const ROW: Record<string, string> = { ...FIRST, Email: 'ada@example.org' };
const COLUMNS = Object.keys(ROW);
const isoDay = (column: string) => ROW[column].replace(/(\d\d)\/(\d\d)\/(\d{4})/, '$3-$1-$2');
const asItIs = (column: string) => ROW[column];

interface Field {
	/** The columns that the field takes; it refuses the others. */
	takes: string[];
	/** What is sent for a column. */
	sends: (column: string) => string;
	/** Where that stands in the request, by its path and body. */
	at: (path: string, body: Match) => unknown;
	/** What is said of the others. */
	says: RegExp;
	/** Columns that are taken, and lead to a consent that does not hold today. */
	notInForce?: string[];
}
interface Match {
	id: string;
	parameter: Array<{ name: string; resource: Record<string, never> }>;
}

const CODES = ['Member_ID', 'First Name', 'Last Name', 'Sex', 'Previous Member ID', 'Consent ID'];
const TEXTS = [...CODES, 'Previous Plan'];

const resource = ({ parameter }: Match, name: string): Record<string, never> =>
	parameter.find((each) => each.name === name)?.resource ?? {};
const patient = (body: Match) =>
	resource(body, 'MemberPatient') as { name?: Array<{ given: string[]; family: string }> } & Record<
		string,
		unknown
	>;
const consent = (body: Match) =>
	resource(body, 'Consent') as { id?: string; provision?: { period: { start: string; end: string } } };

const FIELDS: Record<string, Field> = {
	tenant: {
		takes: ['Previous Plan'],
		sends: () => 'bison',
		at: (path) => decodeURIComponent(path.split('/')[2]),
		says: /'Tenant' must be/,
	},
	memberId: {
		takes: CODES,
		sends: asItIs,
		at: (_, { id }) => id,
		says: /'Member ID' must be (written with|an ID)/,
	},
	givenName: {
		takes: TEXTS,
		sends: asItIs,
		at: (_, body) => patient(body).name?.[0].given.join(' '),
		says: /'Given Name' must be a name/,
	},
	familyName: {
		takes: TEXTS,
		sends: asItIs,
		at: (_, body) => patient(body).name?.[0].family,
		says: /'Family Name' must be a name/,
	},
	birthDate: {
		takes: ['DOB', 'Consent Start'],
		sends: isoDay,
		at: (_, body) => patient(body).birthDate,
		says: /'Birth Date' (must be a date|lies in the future)/,
	},
	gender: {
		takes: ['Sex'],
		sends: () => 'female',
		at: (_, body) => patient(body).gender,
		says: /'Gender' must be one of/,
	},
	coverageId: {
		takes: TEXTS,
		sends: asItIs,
		at: (_, body) =>
			(resource(body, 'CoverageToMatch') as { identifier?: Array<{ value: string }> }).identifier?.[0].value,
		says: /'Coverage ID' must be an ID/,
	},
	consentId: {
		takes: CODES,
		sends: asItIs,
		at: (_, body) => consent(body).id,
		says: /'Consent ID' must be (written with|an ID)/,
	},
	consentStart: {
		takes: ['Consent Start'],
		sends: isoDay,
		at: (_, body) => consent(body).provision?.period.start,
		says: /'Consent Start' must be a date/,
		notInForce: ['Consent End'],
	},
	consentEnd: {
		takes: ['Consent End'],
		sends: isoDay,
		at: (_, body) => consent(body).provision?.period.end,
		says: /'Consent End' (must be a date|lies before)/,
		notInForce: ['Consent Start'],
	},
};

async function drag(column: string, field: string): Promise<{ run: EngineRun; sent?: GotRequest }> {
	const gateway = await startScriptedGateway([{ status: 422, body: {} }]);
	const run = await runSteps({
		items: [ROW] as never,
		steps: [
			{
				node: 'memberMatch',
				parameters: { [field]: `={{ $json['${column}'] }}`, options: { dateFormat: 'us' } },
			},
		],
		credential: credentialFor(gateway, { plans: `${PLAN_NAME} = bison` }),
	});
	await gateway.close();
	return { run, sent: gateway.got.find(({ url }) => url.includes('member-match')) };
}

describe.each(Object.entries(FIELDS))('F1 into %s', (field, { takes, sends, at, says, notInForce = [] }) => {
	test.each(takes)('%s is sent', async (column) => {
		const { sent } = await drag(column, field);
		expect(at(String(sent?.url), JSON.parse(String(sent?.body)) as Match)).toBe(sends(column));
	});

	const others = COLUMNS.filter((column) => ![...takes, ...notInForce].includes(column));
	if (others.length > 0) {
		test.each(others)('%s is refused, and nothing is sent', async (column) => {
			const { run, sent } = await drag(column, field);
			expect(run.error?.message).toMatch(says);
			expect(sent).toBeUndefined();
		});
	}

	if (notInForce.length > 0) {
		test.each(notInForce)('%s is no consent for today', async (column) => {
			const { run, sent } = await drag(column, field);
			expect(run.json('memberMatch', 1)[0].outcome).toBe('consent-not-in-force');
			expect(sent).toBeUndefined();
		});
	}
});
