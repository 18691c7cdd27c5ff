import type { ICredentialDataDecryptedObject, IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { idText } from '../fhir/json';
import { todayIn } from '../fhir/values';
import { PayerAddresses } from '../http/payerAddresses';
import { ExchangeError } from '../n8n/exchangeError';
import { showHints } from '../n8n/hints';
import { certificateHints, readTls, type CredentialTls } from '../signIn/clientCertificate';
import { readPayerKey } from '../exchange/payerKey';
import { connectionTo, itemPayerOf, type OpenConnection } from './connection';
import { DIRECTORY_CHOICE } from './directory/choice';
import {
	isUsable,
	readDirectory,
	type Directory,
	type DirectoryOptions,
	type DirectoryPayer,
	type UnusableRow,
} from './directory/directory';
import { PayerLookup, type UnknownPayer } from './directory/lookup';
import { credentialsOfRequest } from './directory/signIn';
import { chosenKind } from './form';
import { otherKindSentence } from './kindOfItem';
import type { DirectoryRow } from './directory/support';
import type { PayerChoice } from './payerKind';

/** The payers of a node run: the one of its credential, or those of a payer directory. */
export interface RunPayers {
	/** The payer that an item of an earlier node belongs to. @throws ExchangeError if the directory does not hold it */
	ofItem(json: IDataObject): OpenConnection;
	/** The payer of an item, for what counts by payer; empty if the directory does not hold it. */
	laneOf(json: IDataObject): string;
	/** The payer that a value of a roster names, or why none is asked. @param field where it stands, as the subject of a sentence */
	named(value: string | undefined, field: string): OpenConnection | UnknownPayer;
	/** Whether each item says which payer is asked. */
	isDirectory: boolean;
	/** Those that were opened up to now. */
	opened(): OpenConnection[];
}

/**
 * Opens the payers that a node is set to.
 * @throws ExchangeError if no credential is selected, or it is invalid
 */
export async function openPayers(context: IExecuteFunctions): Promise<RunPayers> {
	const chosen = chosenKind(context);
	if (!chosen) return await directoryPayers(context);
	const { kind, credentialType } = chosen;
	const id = credentialId(context, kind, credentialType, otherKindSentence(context, kind));
	const credentials = await context.getCredentials(credentialType);
	const payer = kind.connect(credentials, credentialType);
	const { tls } = certificatesOf(context, credentials);
	showHints(context, payer.hints ?? []);
	const connection = connectionTo({ key: '', kind, payer, credentials, tls, client: id });
	return {
		ofItem: () => connection,
		laneOf: () => connection.key,
		named: () => connection,
		isDirectory: false,
		opened: () => [connection],
	};
}

/** A payer of a directory, opened. */
export interface OpenedPayer {
	row: DirectoryRow;
	connection: OpenConnection;
	/** The fields of its own, and of which credential type they are. */
	credentials: ICredentialDataDecryptedObject;
	credentialType: string;
}

/**
 * All payers of the directory, each opened or with what is wrong with its row, and what is wrong beside the rows.
 * @param isRegistration whether a Client ID may be missing, since it is to be got
 * @throws ExchangeError if no credential is selected, or the directory cannot be read
 */
export async function payersOfDirectory(
	context: IExecuteFunctions,
	isRegistration: boolean,
): Promise<{ payers: Array<OpenedPayer | UnusableRow>; problems: readonly string[] }> {
	const { directory, open } = await openDirectory(context, { isRegistration });
	const payers = directory.entries.map((entry): OpenedPayer | UnusableRow => {
		if (!isUsable(entry)) return entry;
		const { row, credentials, signIn } = entry;
		return { row, credentials, credentialType: signIn.credentialType, connection: open(entry) };
	});
	return { payers, problems: directory.problems };
}

interface OpenDirectory {
	directory: Directory;
	/** Opens a payer once for the run. */
	open(payer: DirectoryPayer): OpenConnection;
	/** Those that were opened up to now. */
	opened(): OpenConnection[];
}

async function openDirectory(
	context: IExecuteFunctions,
	reading: DirectoryOptions = {},
): Promise<OpenDirectory> {
	const [{ type }] = DIRECTORY_CHOICE.credentials;
	const id = credentialId(context, DIRECTORY_CHOICE, type, '');
	const credentials = await context.getCredentials(type);
	const directory = readDirectory(credentials, reading);
	if ('problem' in directory) {
		throw new ExchangeError(`The credential's ${directory.problem}`, {
			whatToDo: 'Open the credential and correct it. Nothing was sent to any payer.',
			concerns: 'run',
		});
	}
	const { tls } = certificatesOf(context, credentials);
	// What is said of the plan's own certificate is the same for all payers that are asked by it.
	const hints = directory.entries.filter(isUsable).flatMap(({ payer }) => payer.hints ?? []);
	showHints(context, [...new Map(hints.map((hint) => [hint.message, hint])).values()]);
	const addresses = new PayerAddresses(directory.entries.flatMap((each) => addressOf(each) ?? []));
	const opened = new Map<DirectoryPayer, OpenConnection>();
	const open = (found: DirectoryPayer): OpenConnection => {
		const known = opened.get(found) ?? openRow(found, { type, id, tls, addresses });
		opened.set(found, known);
		return known;
	};
	return { directory, open, opened: () => [...opened.values()] };
}

async function directoryPayers(context: IExecuteFunctions): Promise<RunPayers> {
	const { directory, open, opened } = await openDirectory(context);
	const ofKey = byItemKey(directory.entries.filter(isUsable));
	const lookup = new PayerLookup(directory, todayIn(context.getTimezone()));
	const openIfKnown = (found: DirectoryPayer | UnknownPayer) => ('kind' in found ? open(found) : found);
	const named = (value: string | undefined, field: string): OpenConnection | UnknownPayer => {
		if (value === undefined) return { reason: `${field} is empty`, whatToDo: NAME_THE_PAYER };
		return openIfKnown(lookup.find(value, field));
	};
	const ofItem = (json: IDataObject): OpenConnection => {
		const key = idText(json.directoryKey);
		const stated = readPayerKey(json);
		const field = `The item's column 'directoryKey'`;
		const byKey = key === undefined ? undefined : openIfKnown(lookup.ofKey(key, field));
		if (byKey && 'kind' in byKey) return byKey;
		const byPayer = (stated !== undefined && ofKey.get(stated)) || [];
		const [only, ...others] = byPayer;
		if (key === undefined && only && others.length === 0) return open(only);
		throw new ExchangeError(byKey?.reason ?? notInDirectory(byPayer.length), {
			whatToDo: byKey?.whatToDo ?? NAME_THE_PAYER,
		});
	};
	const laneOf = (json: IDataObject): string => {
		try {
			return ofItem(json).key;
		} catch {
			// Its error comes with the item.
			return '';
		}
	};
	return { ofItem, laneOf, named, isDirectory: true, opened };
}

const NAME_THE_PAYER =
	"Connect the output of Member Match, whose items say which payer they belong to, or give each item a column 'directoryKey' with the payer's key of the directory. Nothing was sent to any payer for this item.";

function notInDirectory(count: number): string {
	return count > 1
		? 'The item is of a payer that has several rows in the directory'
		: 'The item names no payer of the directory';
}

interface DirectoryParts {
	type: string;
	/** Id of the credential. */
	id: string;
	tls: CredentialTls['tls'];
	/** Those of all payers. */
	addresses: PayerAddresses;
}

function openRow(found: DirectoryPayer, { type, id, tls, addresses }: DirectoryParts): OpenConnection {
	const { row, kind, payer } = found;
	const own = addressOf(found) ?? payer.baseUrl;
	const namesItsTokenUrl = !kind.takes.includes('tenant') && row.tokenUrl === undefined;
	const neighbours = namesItsTokenUrl ? addresses.neighboursOf(own) : [];
	const connection = connectionTo({
		key: row.key,
		kind,
		payer: { ...payer, payerName: () => row.name },
		// The very fields of a request: by these, what came of the sign-in is looked up.
		credentials: credentialsOfRequest(found, neighbours),
		tls,
		// A gateway counts all that a client asks; of others on one host, each for itself.
		client: [id, row.clientId ?? row.key, ...(kind.takes.includes('tenant') ? [] : [own])].join(' '),
	});
	return {
		...connection,
		credentialType: type,
		directoryRow: row,
		isOfAnotherPayer: (url) => addresses.isOfAnother(own, url),
		requestCredentials: () => credentialsOfRequest(found, neighbours),
	};
}

/** The address below which a payer's own data stand; that of a row that cannot be used is not asked either. */
function addressOf(entry: DirectoryPayer | UnusableRow): string | undefined {
	const { row } = entry;
	if (!isUsable(entry)) return row.fhirBaseUrl?.replace(/\/+$/, '');
	return entry.payer.fhirBase?.(row.tenant) ?? entry.payer.address ?? entry.payer.baseUrl;
}

/** The payers by their key in items. */
function byItemKey(payers: readonly DirectoryPayer[]): Map<string, DirectoryPayer[]> {
	const groups = new Map<string, DirectoryPayer[]>();
	for (const each of payers) {
		const key = itemPayerOf(each.kind, each.payer, each.row.tenant)?.payer ?? '';
		const group = groups.get(key) ?? [];
		group.push(each);
		groups.set(key, group);
	}
	return groups;
}

/** The id of the node's credential. @throws ExchangeError if none is chosen: n8n's own error names at most its type, which no analyst knows */
function credentialId(
	context: IExecuteFunctions,
	choice: PayerChoice,
	credentialType: string,
	before: string,
): string {
	const chosen = context.getNode().credentials?.[credentialType];
	if (!chosen) throw noCredentialError(choice, credentialType, before);
	return chosen.id ?? '';
}

/** The certificates of a credential, with hints about those that will end soon. @throws ExchangeError if one cannot be used */
function certificatesOf(
	context: IExecuteFunctions,
	credentials: ICredentialDataDecryptedObject,
): CredentialTls {
	const read = readTls(credentials);
	if ('problem' in read) {
		throw new ExchangeError(read.problem, {
			whatToDo: 'Open the credential and correct it. Nothing was sent to the payer.',
			concerns: 'run',
		});
	}
	showHints(context, certificateHints(read));
	return read;
}

/** @param before a sentence that comes before the advice */
function noCredentialError(
	{ displayName, credentials }: PayerChoice,
	credentialType: string,
	before: string,
): ExchangeError {
	const credentialName = credentials.find(({ type }) => type === credentialType)?.displayName;
	return new ExchangeError('No credential is chosen in this node', {
		whatToDo:
			`${before} Open the node and choose a credential in its field at the top, or create one there (Payer API: ${displayName}; ${credentialName}). Each node that asks the payer needs it. Nothing was sent to the payer.`.trimStart(),
		concerns: 'run',
	});
}
