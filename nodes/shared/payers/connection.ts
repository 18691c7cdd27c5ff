import { createHash } from 'crypto';
import type { ICredentialDataDecryptedObject, IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { FieldValue } from '../exchange/fieldValues';
import { missingOutputValue, readPathParameter, TENANT } from '../exchange/itemFields';
import { payerKey, type ItemPayer } from '../exchange/payerKey';
import { textOf } from '../fhir/json';
import { isBelow } from '../http/addresses';
import { KeptAnswers } from '../http/keptAnswers';
import { PaceMemory } from '../http/pace';
import { SignInPause } from '../http/signInPause';
import { AnswerTimes, Trouble } from '../http/trouble';
import type { PayerReply } from '../http/reply';
import type { Destination } from '../http/request';
import { rethrown, ExchangeError } from '../n8n/exchangeError';
import { findingsError, type Finding } from '../n8n/findings';
import type { CredentialTls } from '../signIn/clientCertificate';
import { GRANTS, grantSentence, type ReducedGrant } from '../signIn/grantedScope';
import type { DirectoryRow } from './directory/support';
import type { Payer } from './payer';
import type { PayerKind, PayerFeature } from './payerKind';

/** A payer together with everything needed to send requests to it. */
export interface OpenConnection extends Payer, Destination {
	/** Names the payer among those of the run. */
	key: string;
	/** The row of the payer directory that it comes from, which alone says which plan is asked; undefined without a directory. */
	directoryRow?: DirectoryRow;
	takes(scope: PayerFeature): boolean;
	kind: PayerKind;
	/** The payer as items name it; undefined if its tenant is not known, without which it would be another. */
	itemPayer(tenant: string | undefined): ItemPayer | undefined;
	/** What the items of this run carry of the payer's answers. */
	answers: KeptAnswers;
	/** Set after the token request if the payer granted less than the requested scope. */
	reducedGrant(): ReducedGrant | undefined;
}

/** A payer's rate limit applies to all runs in this n8n process, so the measured pace is shared. */
const PACES = new PaceMemory();

/** What all runs in this n8n process share by what the credential holds: once corrected, it is another. */
interface Shared {
	/** A token endpoint in trouble is left alone by all. */
	signInPause: SignInPause;
	answerTimes: AnswerTimes;
}
const SHARED = new Map<string, Shared>();
const MAX_SHARED = 1000;

function sharedOf(credentials: ICredentialDataDecryptedObject): Shared {
	const settings = JSON.stringify({ ...credentials, accessToken: '' });
	const key = createHash('sha256').update(settings).digest('hex');
	if (SHARED.size >= MAX_SHARED) SHARED.clear();
	const shared = SHARED.get(key) ?? { signInPause: new SignInPause(), answerTimes: new AnswerTimes() };
	SHARED.set(key, shared);
	shared.signInPause.beginRun(Date.now());
	return shared;
}

/** What a connection is made of. */
export interface ConnectionParts {
	kind: PayerKind;
	payer: Payer;
	/** The fields that the payer's sign-in reads. */
	credentials: ICredentialDataDecryptedObject;
	/** Certificates among them. */
	tls: CredentialTls['tls'];
	/** Names the payer among those of the run. */
	key: string;
	/** Names the client at this payer, for what all runs share. */
	client: string;
}

/** A connection to a payer, for one run of a node. */
export function connectionTo({
	key,
	kind,
	payer,
	credentials,
	tls,
	client,
}: ConnectionParts): OpenConnection {
	return {
		...payer,
		key,
		tls,
		paces: PACES.begin(`${payer.baseUrl} ${client}`, Date.now()),
		...sharedOf(credentials),
		trouble: new Trouble(),
		answers: new KeptAnswers(),
		takes: (what) => kind.takes.includes(what),
		kind,
		itemPayer: (tenant) => itemPayerOf(kind, payer, tenant),
		reducedGrant: () => GRANTS.of(credentials),
	};
}

/** The payer as items name it; undefined if its tenant is not known. */
export function itemPayerOf(
	{ name, takes }: PayerKind,
	{ address, baseUrl, payerName }: Payer,
	tenant: string | undefined,
): ItemPayer | undefined {
	const takesTenant = takes.includes('tenant');
	if (takesTenant && tenant === undefined) return undefined;
	const payer = payerKey({
		kind: name,
		address: address ?? baseUrl,
		tenant: takesTenant ? tenant : undefined,
	});
	const called = payerName?.(tenant);
	return { payer, ...(called !== undefined && { payerName: called }) };
}

/**
 * The tenant of an item, or a finding; undefined for payers without tenants.
 * @param read what the field holds, if it is not read as an earlier node fills it. It must then be one that the credential lists, if it has a
 * list: a plan's name of one word would be taken for a tenant
 */
export function readTenant(
	context: IExecuteFunctions,
	{ takes, defaultTenant, tenantOf, listedTenant, directoryRow }: OpenConnection,
	itemIndex: number,
	read?: FieldValue,
): string | undefined | Finding {
	if (!takes('tenant')) return undefined;
	if (directoryRow) return directoryRow.tenant;
	const idOf = (name: string) => tenantOf?.(name) ?? (read && listedTenant?.(name));
	const tenant = readPathParameter(context, TENANT, itemIndex, defaultTenant, read, idOf);
	const isUnlisted = read && listedTenant && typeof tenant === 'string' && listedTenant(tenant) === undefined;
	// The Default Tenant was entered as one.
	if (isUnlisted && tenant !== defaultTenant) {
		return missingOutputValue(context, UNLISTED, itemIndex, UNLISTED.wanted, read.column);
	}
	if (typeof tenant === 'string' || !tenant.says.endsWith(TENANT.wanted)) return tenant;
	return { ...tenant, whatToDo: `${tenant.whatToDo} ${ADD_TO_PLANS}` };
}

const UNLISTED = {
	...TENANT,
	wanted: "a name or a tenant that 'Plans' of the credential lists",
	whatToDo:
		"Add a line to 'Plans' in the credential, also for a tenant by itself: plan name = tenant. Who runs the gateway has the list of tenants.",
};

const ADD_TO_PLANS =
	"If this is the plan's own name, add a line to 'Plans' in the credential: plan name = tenant.";

/** The tenant that an item of an earlier node names, or that is asked without one. */
export function tenantIn(
	{ defaultTenant, directoryRow }: OpenConnection,
	json: IDataObject,
): string | undefined {
	return directoryRow ? directoryRow.tenant : (textOf(json.tenant) ?? defaultTenant);
}

/** Like `readTenant`. @throws ExchangeError if the tenant is missing or invalid */
export function tenantParameter(
	context: IExecuteFunctions,
	connection: OpenConnection,
	itemIndex: number,
): string | undefined {
	const tenant = readTenant(context, connection, itemIndex);
	if (typeof tenant === 'object') throw findingsError('The request', [tenant]);
	return tenant;
}

/**
 * Throws for a 403, except for file requests, which have their own error.
 * @param action completes "The payer does not allow this credential …", e.g. `to start the export`
 * @throws ExchangeError
 */
export function throwIfForbidden(
	reply: PayerReply,
	action: string,
	{ takes, reducedGrant }: OpenConnection,
): void {
	if (reply.status !== 403) return;
	const what = takes('tenant') ? 'this tenant' : 'for this';
	const advice = `Check with the payer whether your client may ask ${what}, and check the credential's Scope. A client of the sandbox or of a test system does not reach real members, and a production client does not reach the sandbox.`;
	throw new ExchangeError(`The payer does not allow this credential ${action} (HTTP 403)`, {
		whatToDo: withGrant(advice, reducedGrant()),
		httpStatus: 403,
	});
}

/**
 * The URL of a file if it is on the payer's own server, where it is useless without the token; undefined for any other, since a signed URL
 * elsewhere is a secret.
 */
export function ownFileUrl({ fileRequest, baseUrl }: OpenConnection, url: string): string | undefined {
	try {
		const own = fileRequest(url, true).url;
		return isBelow(baseUrl, own) ? own : undefined;
	} catch (error) {
		if (error instanceof ExchangeError) return undefined;
		throw rethrown(error);
	}
}

/** Prefixes a message about a 403 with the reduced grant, if there is one. */
export function withGrant(text: string, grant: ReducedGrant | undefined): string {
	return [grantSentence(grant), text].filter(Boolean).join(' ');
}
