import { createHash } from 'crypto';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { isObject, textOf } from '../fhir/json';
import type { PayerReply } from '../http/reply';
import type { Hint } from '../n8n/hints';

/** A payer granted less than its client asked for (RFC 6749 section 5.1: it then must say what). */
export interface LesserGrant {
	asked: string;
	granted: string;
}

const MOST_KEPT = 1000;

/**
 * Remembers what was granted with the tokens of this process. Tokens are asked for out of a node's sight, by n8n, and nothing of them
 * is stored with the credential; so this is how a node learns of it.
 */
export class GrantMemory {
	private readonly lesser = new Map<string, LesserGrant>();

	/** Takes down what the answer of a token endpoint says of the scope. */
	note(credentials: ICredentialDataDecryptedObject, reply: PayerReply): void {
		const key = keyOf(credentials);
		this.lesser.delete(key);
		const asked = scopesIn(credentials.scope);
		const granted = scopesIn(isObject(reply.json) ? reply.json.scope : undefined);
		// An answer that says nothing of the scope has granted all of it.
		const isLess = granted.length > 0 && asked.some((each) => !granted.some((own) => covers(own, each)));
		if (!isLess) return;
		this.lesser.set(key, { asked: shown(asked), granted: shown(granted) });
		const [oldest] = this.lesser.keys();
		if (this.lesser.size > MOST_KEPT) this.lesser.delete(oldest);
	}

	/** What was granted less with the last token of a credential; undefined where nothing was, or nothing is known. */
	of(credentials: ICredentialDataDecryptedObject): LesserGrant | undefined {
		return this.lesser.get(keyOf(credentials));
	}
}

/** The grants of this process: credentials take them down, nodes look them up. */
export const GRANTS = new GrantMemory();

/** A sentence for a person; undefined where nothing less was granted. */
export function grantSentence(grant: LesserGrant | undefined): string | undefined {
	return (
		grant &&
		`The payer granted less than the credential asks for: asked ${grant.asked}, granted ${grant.granted}.`
	);
}

/** The same over the output of a node. */
export function grantHints(grant: LesserGrant | undefined): Hint[] {
	const message = grantSentence(grant);
	return message === undefined
		? []
		: [{ message: `${message} Ask the payer which scopes your client may have.`, type: 'warning' }];
}

/** Tells credentials apart by a hash of their fields, the token apart: no field is kept, a secret least of all. */
function keyOf({ accessToken, ...fields }: ICredentialDataDecryptedObject): string {
	void accessToken;
	const named = Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1));
	return createHash('sha256').update(JSON.stringify(named)).digest('hex');
}

function scopesIn(value: unknown): string[] {
	return textOf(value)?.split(/\s+/) ?? [];
}

/** `system/Observation.rs?category=…` (SMART App Launch 2) or `system/Observation.read` (1). */
const SMART = /^(patient|user|system)\/(\*|[A-Z][A-Za-z]+)\.(read|write|\*|[cruds]+)(?:\?(.*))?$/;
const VERSION_1: Record<string, string> = { read: 'rs', write: 'cud', '*': 'cruds' };

/** Whether one scope allows all that another would. */
function covers(granted: string, asked: string): boolean {
	const [, ownContext, ownType, ownMay = '', ownSearch] = SMART.exec(granted) ?? [];
	const [, context, type, may = '', search] = SMART.exec(asked) ?? [];
	if (granted === asked || !ownContext || !context) return granted === asked;
	const letters = VERSION_1[ownMay] ?? ownMay;
	return (
		ownContext === context &&
		(ownType === '*' || ownType === type) &&
		[...(VERSION_1[may] ?? may)].every((letter) => letters.includes(letter)) &&
		(ownSearch === undefined || ownSearch === search)
	);
}

const LONGEST_SHOWN = 200;

/** As it may stand in a sentence that n8n shows, whatever the payer wrote. */
function shown(scopes: readonly string[]): string {
	const text = scopes.join(' ').replace(/[^\x20-\x7e]|[<>&"'`]/g, '_');
	return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
