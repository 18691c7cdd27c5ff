import { createHash } from 'crypto';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { isObject, textOf } from '../fhir/json';
import { isResourceType } from '../fhir/resourceTypes';
import type { PayerReply } from '../http/reply';
import type { Hint } from '../n8n/hints';

/** A scope smaller than requested (RFC 6749 section 5.1: the server must then state it). */
export interface ReducedGrant {
	requested: string;
	granted: string;
}

const MAX_ENTRIES = 1000;

/**
 * Remembers the scopes granted with the tokens of this process. n8n requests tokens through the credential and stores
 * nothing of the response, so a node can only look them up here.
 */
export class GrantMemory {
	private readonly reduced = new Map<string, ReducedGrant>();

	/** Records the scope of a token response. */
	record(credentials: ICredentialDataDecryptedObject, reply: PayerReply): void {
		const key = cacheKey(credentials);
		this.reduced.delete(key);
		const requested = parseScopes(credentials.scope);
		const granted = parseScopes(isObject(reply.json) ? reply.json.scope : undefined);
		// A response without a scope has granted all of it.
		const isReduced =
			granted.length > 0 && requested.some((each) => !granted.some((own) => covers(own, each)));
		if (!isReduced) return;
		this.reduced.set(key, {
			requested: printable(requested),
			granted: printable(shownScopes(granted, requested)),
		});
		const [oldest] = this.reduced.keys();
		if (this.reduced.size > MAX_ENTRIES) this.reduced.delete(oldest);
	}

	/** The reduced grant of a credential's last token; undefined if it was granted in full, or unknown. */
	of(credentials: ICredentialDataDecryptedObject): ReducedGrant | undefined {
		return this.reduced.get(cacheKey(credentials));
	}
}

/** The grants of this process: recorded by credentials, read by nodes. */
export const GRANTS = new GrantMemory();

/** A sentence about a reduced grant; undefined if there is none. */
export function grantSentence(grant: ReducedGrant | undefined): string | undefined {
	return (
		grant &&
		`The payer granted less than the credential asks for: asked ${grant.requested}, granted ${grant.granted}.`
	);
}

/** The same as an execution hint. */
export function grantHints(grant: ReducedGrant | undefined): Hint[] {
	const message = grantSentence(grant);
	return message === undefined
		? []
		: [{ message: `${message} Ask the payer which scopes your client may have.`, type: 'warning' }];
}

/** A hash of the credential's fields, without the token, so that no field or secret is kept. */
function cacheKey({ accessToken, ...fields }: ICredentialDataDecryptedObject): string {
	void accessToken;
	const named = Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1));
	return createHash('sha256').update(JSON.stringify(named)).digest('hex');
}

/** Of the payer's scopes, so much is read. */
const MAX_READ_CHARS = 20_000;
const MAX_SCOPES = 200;

/** The names of a scope: divided by spaces (RFC 6749 section 3.3) or by commas, or as a list. */
function parseScopes(value: unknown): string[] {
	const texts = Array.isArray(value) ? value.slice(0, MAX_SCOPES) : [value];
	return texts
		.flatMap((each) => textOf(each)?.slice(0, MAX_READ_CHARS).split(/\s+/) ?? [])
		.flatMap((each) => each.split(each.includes('?') ? COMMA_BEFORE_SCOPE : ','))
		.filter(Boolean)
		.slice(0, MAX_SCOPES);
}

/** Other commas in the search of a scope (`?category=laboratory,vital-signs`) divide its values. */
const COMMA_BEFORE_SCOPE = /,(?=(?:patient|user|system)\/)/;

/** `system/Observation.rs?category=…` (SMART App Launch 2) or `system/Observation.read` (1). */
const SMART = /^(patient|user|system)\/(\*|[A-Z][A-Za-z]+)\.(read|write|\*|[cruds]+)(?:\?(.*))?$/;
const VERSION_1: Record<string, string> = { read: 'rs', write: 'cud', '*': 'cruds' };

/** Whether a granted scope includes a requested one. */
function covers(granted: string, requested: string): boolean {
	const [, ownContext, ownType, ownMay = '', ownSearch] = SMART.exec(granted) ?? [];
	const [, context, type, may = '', search] = SMART.exec(requested) ?? [];
	if (granted === requested || !ownContext || !context) return granted === requested;
	const letters = VERSION_1[ownMay] ?? ownMay;
	return (
		ownContext === context &&
		(ownType === '*' || ownType === type) &&
		[...(VERSION_1[may] ?? may)].every((letter) => letters.includes(letter)) &&
		(ownSearch === undefined || ownSearch === search)
	);
}

/** A search of a scope by a category of US Core. */
const SEARCH_BY_CODE =
	/^category=(?:laboratory|vital-signs|social-history|survey|imaging|exam|procedure|therapy|activity|health-concern)$/;

/**
 * The granted scopes that an error may repeat: those that are part of the request, and those of SMART's grammar for a resource type. The payer could
 * write anything else, so it is only counted.
 */
function shownScopes(granted: readonly string[], requested: readonly string[]): string[] {
	const isKnown = (scope: string) => {
		const [, , type, , search] = SMART.exec(scope) ?? [];
		const isOfSmart = type === '*' || isResourceType(type ?? '');
		return (
			requested.some((each) => each.includes(scope)) ||
			(isOfSmart && (search === undefined || SEARCH_BY_CODE.test(search)))
		);
	};
	const shown = granted.filter(isKnown);
	const others = granted.length - shown.length;
	if (others === 0) return shown;
	return [...shown, `${shown.length > 0 ? 'and ' : ''}${others} ${others === 1 ? 'other' : 'others'}`];
}

const MAX_SHOWN_CHARS = 200;

/** Sanitizes the payer's scopes for display in n8n. */
function printable(scopes: readonly string[]): string {
	const text = scopes.join(' ').replace(/[^\x20-\x7e]|[<>&"'`]/g, '_');
	return text.length > MAX_SHOWN_CHARS ? `${text.slice(0, MAX_SHOWN_CHARS)}…` : text;
}
