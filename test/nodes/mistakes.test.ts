/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { credentialFor, runSteps, type Step } from '../support/engine';
import { row } from '../support/expectations';
import { startSandbox, type RunningSandbox } from '../support/sandbox';
import { fourSteps } from '../support/steps';

/** What a newcomer does wrong. */
interface Mistake {
	items: object[];
	steps: Step[];
	credential?: ICredentialDataDecryptedObject;
}

const MATCH: Step[] = [{ node: 'memberMatch' }];
const member = row('small');
const roster = { items: [member], steps: MATCH };
const matching = (changes: object): Mistake => ({ items: [{ ...member, ...changes }], steps: MATCH });
const [, START, WAIT, FETCH]: Step[] = fourSteps();

/** Rows that all lack the same columns. */
const otherNames = ['SYN-1001', 'SYN-1002', 'SYN-1003'].map((id) => ({
	tenant: 'bison',
	'Member ID': id,
	'First Name': 'Ada',
	DOB: '1984-03-12',
}));

/** By the heading in docs/troubleshooting.md below which message and advice are quoted. */
const MISTAKES: Record<string, Mistake> = {
	'No credential': { items: [member], steps: [{ node: 'memberMatch', withoutCredential: true }] },
	'A tenant that the gateway does not have': matching({ tenant: 'bisen' }),
	"The health plan's name in place of its tenant": matching({ tenant: 'Bison Health Plan' }),
	'No tenant': matching({ tenant: '' }),
	'A consent that ends before it starts': matching({
		consentStart: '2027-12-31',
		consentEnd: '2027-01-01',
	}),
	'Day and month the American way': matching({ birthDate: '03/12/1984' }),
	'An ID with spaces': matching({ memberId: 'SYN 1001' }),
	'A roster with other column names': {
		items: otherNames,
		steps: MATCH,
	},
	'Several rows with faults': {
		items: [{ ...member, memberId: 'SYN 1001' }, member, { ...member, consentEnd: '2020-01-01' }],
		steps: MATCH,
	},
	'Start Export straight after the roster': { items: [member], steps: [START] },
	'Wait For Export straight after Member Match': { items: [member], steps: [...MATCH, WAIT] },
	'Fetch Batch straight after Start Export': { items: [member], steps: [...MATCH, START, FETCH] },
	'Not Matched connected in place of Matched': {
		items: [row('no-match')],
		steps: [...MATCH, { ...START, from: 1 }],
	},
	'Still Running connected in place of Completed': {
		items: [row('slow')],
		steps: [...MATCH, START, { ...WAIT, parameters: { giveUpAfter: 0 } }, { ...FETCH, from: 1 }],
	},
	'Failed connected in place of Completed': {
		items: [row('failed')],
		steps: [...MATCH, START, WAIT, { ...FETCH, from: 2 }],
	},
	'A name in place of the group ID': {
		items: [member],
		steps: [{ ...START, parameters: { groupId: 'Ada Whitfield' } }],
	},
	'A group ID that the payer does not have': {
		items: [member],
		steps: [{ ...START, parameters: { groupId: 'Whitfield' } }],
	},
	'A sandbox secret in production': { ...roster, credential: { clientSecret: 'that-of-another-place' } },
	'A Gateway URL where nobody is': { ...roster, credential: { gatewayUrl: 'https://gateway.invalid' } },
	'A client that may not do this': {
		...roster,
		credential: { clientId: 'read-only-client', clientSecret: 'read-only', scope: 'other' },
	},
	'A file that is not the payer’s': { items: [{ url: 'https://example.com/file.ndjson' }], steps: [FETCH] },
};

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'troubleshooting.md'), 'utf8');

function sectionOf(heading: string): string {
	return page.split(/^#+ /m).find((each) => each.split('\n')[0] === heading) ?? '';
}

/** The quotation below a heading of the page: what is shown, and what to do. A `…` stands for any list of columns. */
function quoted(heading: string): { message: string; whatToDo: string } {
	// Prettier writes a lone _ as \_.
	const lines = [...sectionOf(heading).matchAll(/^> (.*)$/gm)].map(([, line]) => line.replaceAll('\\_', '_'));
	const message = /^\*\*(.*)\*\*$/.exec(lines[0] ?? '')?.[1] ?? `(no quotation below "${heading}")`;
	return { message, whatToDo: lines.slice(1).join('\n').trim() };
}

const like = (text: string) =>
	new RegExp(
		`^${text
			.split('…')
			.map((part) => part.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&'))
			.join('[\\w $,-]*')}$`,
	);

let sandbox: RunningSandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => await sandbox.stop());

describe('docs/troubleshooting.md quotes what is shown', () => {
	test.each(Object.keys(MISTAKES))('%s', async (heading) => {
		const { items, steps, credential } = MISTAKES[heading];
		const { status, error } = await runSteps({
			items: items as never,
			steps,
			credential: credentialFor(sandbox, credential),
		});
		const { message, whatToDo } = quoted(heading);
		expect(status).toBe('error');
		expect(error?.message).toMatch(like(message));
		expect(error?.description ?? '').toMatch(like(whatToDo));
	});

	test('and of a wait that is too short, the item', async () => {
		const steps = fourSteps({ waitForExport: { giveUpAfter: 0 } }).slice(0, 3);
		const run = await runSteps({ items: [row('slow')], steps, credential: credentialFor(sandbox) });
		const [counts, [item]] = [
			run.outputs('waitForExport').map(({ length }) => length),
			run.json('waitForExport', 1),
		];
		expect(counts).toEqual([0, 1, 0]);
		const section = sectionOf('A wait that is too short');
		for (const [key, value] of Object.entries({
			status: item.status,
			progress: item.progress,
			polls: item.polls,
		})) {
			expect(section).toContain(`"${key}": ${JSON.stringify(value)}`);
		}
	});

	test('and of a consent that does not hold today, the reason', async () => {
		const { items, steps } = matching({ consentStart: '2024-01-01', consentEnd: '2024-12-31' });
		const run = await runSteps({ items: items as never, steps, credential: credentialFor(sandbox) });
		const [{ reason }] = run.json('memberMatch', 1);
		const { message } = quoted('A consent that does not hold today');
		expect(String(reason).replace(/(today is )\d{4}-\d\d-\d\d/, '$12027-03-01')).toBe(message);
	});
});
