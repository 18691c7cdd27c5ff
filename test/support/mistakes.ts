/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import type { Step } from './engine';
import { row } from './expectations';
import { fourSteps } from './steps';

/** A typical mistake of a new user. */
export interface Mistake {
	items: object[];
	steps: Step[];
	credential?: ICredentialDataDecryptedObject;
}

const MATCH: Step[] = [{ node: 'memberMatch' }];
const member = row('small');
const roster = { items: [member], steps: MATCH };
const matching = (changes: object): Mistake => ({ items: [{ ...member, ...changes }], steps: MATCH });
const hrex = (hrexDetails: IDataObject, changes: object = {}): Mistake => ({
	items: [{ ...member, ...changes }],
	steps: [{ node: 'memberMatch', parameters: { hrexDetails } }],
});
const PLANS = { requestingName: 'Prairie Health Plan', respondingName: 'Bison Health Plan' };
const [, START, WAIT, FETCH]: Step[] = fourSteps();

/** Rows without the same columns. */
const otherNames = ['SYN-1001', 'SYN-1002', 'SYN-1003'].map((id) => ({
	tenant: 'bison',
	'Insured ID': id,
	'Person Name': 'Ada',
	Date: '1984-03-12',
}));

/** Keyed by the heading in docs/troubleshooting.md under which message and advice are quoted. */
export const MISTAKES: Record<string, Mistake> = {
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
	'HRex details that the payer would not get': hrex({ birthSex: 'F' }),
	'A representative who is named in part': hrex({
		fullRequest: true,
		...PLANS,
		consentPerformer: 'representative',
		representativeFamilyName: 'Whitfield',
		representativeRole: 'HPOWATT',
	}),
	'Neither gender nor birth sex': hrex({ fullRequest: true, ...PLANS }, { gender: '' }),
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
	'A Gateway URL where nobody is': {
		items: [member],
		steps: [{ node: 'memberMatch', parameters: { options: { keepTryingFor: 0.02 } } }],
		credential: { gatewayUrl: 'https://gateway.invalid' },
	},
	'A client that may not do this': {
		...roster,
		credential: { clientId: 'read-only-client', clientSecret: 'read-only', scope: 'other' },
	},
	'A file that is not the payer’s': { items: [{ url: 'https://example.com/file.ndjson' }], steps: [FETCH] },
};

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'troubleshooting.md'), 'utf8');

/** A section of the page by its heading. */
export function sectionOf(heading: string): string {
	return page.split(/^#+ /m).find((each) => each.split('\n')[0] === heading) ?? '';
}

/** The quote under a heading of the page: message and advice. `…` stands for any list of columns. */
export function quoted(heading: string): { message: string; whatToDo: string } {
	// Prettier escapes a single _ as \_.
	const lines = [...sectionOf(heading).matchAll(/^> (.*)$/gm)].map(([, line]) => line.replaceAll('\\_', '_'));
	const message = /^\*\*(.*)\*\*$/.exec(lines[0] ?? '')?.[1] ?? `(no quotation below "${heading}")`;
	return { message, whatToDo: lines.slice(1).join('\n').trim() };
}

/** A text of the page as a pattern. @param whole whether it must match the entire text */
export const like = (text: string, whole = true) =>
	new RegExp(
		`${whole ? '^' : ''}${text
			.split('…')
			.map((part) => part.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&'))
			.join('[\\w $,-]*')}${whole ? '$' : ''}`,
	);
