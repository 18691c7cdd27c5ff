import type { IExecuteFunctions } from 'n8n-workflow';
import { pathParameter, readPathParameter, TENANT } from '../exchange/itemFields';
import { isBelow } from '../http/addresses';
import { PaceMemory } from '../http/pace';
import type { PayerReply } from '../http/reply';
import type { Destination } from '../http/request';
import { asThrown, ExchangeError } from '../n8n/exchangeError';
import type { Finding } from '../n8n/findings';
import { GRANTS, grantSentence, type LesserGrant } from '../signIn/grantedScope';
import { chosenKind } from './form';
import type { Payer, PayerKind, Taken } from './payer';

/** A payer that requests can leave for. */
export interface OpenConnection extends Payer, Destination {
	takes(what: Taken): boolean;
	/** What the payer granted less than the credential asks for, once there was a token. */
	lesserGrant(): LesserGrant | undefined;
}

/** A payer's limits hold for all runs of this n8n, one after the other and side by side. */
const PACES = new PaceMemory();

/** Connects to the payer that a node is set to. @throws ExchangeError where no credential is chosen, or its fields cannot work */
export async function openConnection(context: IExecuteFunctions): Promise<OpenConnection> {
	const { kind, credentialType } = chosenKind(context);
	const chosen = context.getNode().credentials?.[credentialType];
	// n8n's own words for this name the type of a credential in code, where they name anything.
	if (!chosen) throw noCredential(kind, credentialType);
	const credentials = await context.getCredentials(credentialType);
	const payer = kind.connect(credentials, credentialType);
	return {
		...payer,
		pace: PACES.begin(`${payer.baseUrl} ${chosen.id ?? ''}`, Date.now()),
		takes: (what) => kind.takes.includes(what),
		lesserGrant: () => GRANTS.of(credentials),
	};
}

function noCredential({ displayName, credentials }: PayerKind, credentialType: string): ExchangeError {
	const way = credentials.find(({ type }) => type === credentialType)?.displayName;
	return new ExchangeError('No credential is chosen in this node', {
		whatToDo: `Open the node and choose a credential in its field at the top, or create one there (Payer API: ${displayName}; ${way}). Each node that asks the payer needs it. Nothing was sent to the payer.`,
		concerns: 'run',
	});
}

/** The health plan that is asked, at a gateway that speaks for several; undefined at any other payer. Or what is wrong with it. */
export function readTenant(
	context: IExecuteFunctions,
	{ takes, defaultTenant }: OpenConnection,
	itemIndex: number,
): string | undefined | Finding {
	return takes('tenant') ? readPathParameter(context, TENANT, itemIndex, defaultTenant) : undefined;
}

/** The same. @throws ExchangeError where it is missing or could lead elsewhere */
export function tenantParameter(
	context: IExecuteFunctions,
	{ takes, defaultTenant }: OpenConnection,
	itemIndex: number,
): string | undefined {
	return takes('tenant') ? pathParameter(context, TENANT, itemIndex, defaultTenant) : undefined;
}

/**
 * The error for an answer that forbids what was asked, where it does not speak of a single file.
 * @param doing what was asked, e.g. `to start the export`
 */
export function throwIfForbidden(
	reply: PayerReply,
	doing: string,
	{ takes, lesserGrant }: OpenConnection,
): void {
	if (reply.status !== 403) return;
	const what = takes('tenant') ? 'this tenant' : 'for this';
	const mayNot = `Check with the payer whether your client may ask ${what}, and check the credential's Scope. A client of the sandbox or of a test system does not reach real members, and a production client does not reach the sandbox.`;
	throw new ExchangeError(`The payer does not allow this credential ${doing} (HTTP 403)`, {
		whatToDo: withGrant(mayNot, lesserGrant()),
		httpStatus: 403,
	});
}

/** The address of a file where it is on the payer's own host: of no use without the token. A signed one elsewhere is a secret. */
export function ownFileUrl({ fileRequest, baseUrl }: OpenConnection, url: string): string | undefined {
	try {
		const own = fileRequest(url, true).url;
		return isBelow(baseUrl, own) ? own : undefined;
	} catch (error) {
		if (error instanceof ExchangeError) return undefined;
		throw asThrown(error);
	}
}

/** A text about an answer that forbids, with what the payer granted less before it. */
export function withGrant(text: string, grant: LesserGrant | undefined): string {
	return [grantSentence(grant), text].filter(Boolean).join(' ');
}
