import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { columnKey } from '../../exchange/columnKey';
import { textOf } from '../../fhir/json';
import { PAYER_KINDS } from '../index';
import type { DirectoryRow, DirectorySignIn, DirectorySupport } from './support';
import type { Payer } from '../payer';
import type { PayerKind } from '../payerKind';
import { DIRECTORY_FIELD_NAMES, SECRETS_LABEL, TABLE_LABEL } from './fields';
import { membersOfText, type Member } from './jsonText';
import { nameKey } from './nameKey';
import { keyProblem, readRow } from './rows';

/** A payer directory as its credential holds it: read as a whole, without any network. */

/** A payer that can be asked: its row, and the credential that the row makes. */
export interface DirectoryPayer {
	row: DirectoryRow;
	kind: PayerKind;
	signIn: DirectorySignIn;
	payer: Payer;
	/** All fields of a credential of the type `signIn.credentialType`, its own secret among them and no other. */
	credentials: ICredentialDataDecryptedObject;
}

/** A row that cannot be used, and why. */
export interface UnusableRow {
	row: DirectoryRow;
	/** Sentences that begin with a small letter; they hold no value. */
	problems: readonly string[];
}

/** What a payer directory holds. */
export interface Directory {
	/** In the order of the table. */
	entries: ReadonlyArray<DirectoryPayer | UnusableRow>;
	/** What is wrong beside the rows, which are good all the same: a secret that no row takes. */
	problems: readonly string[];
}

/** The directory, or what is wrong with the whole of it, as sentences. */
export type DirectoryReading = Directory | { problem: string };

/** More rows than any market has payers. */
const MAX_ROWS = 5000;
/** What n8n shows in place of a secret. */
const MASKS = new Set(['***', '__n8n_BLANK_VALUE_e5362baf-c777-4d57-a609-6eaf1f9e87f6']);

/** How a directory is read. */
export interface DirectoryOptions {
	/** Whether the client is to be registered: payers that give the Client ID then need none yet. */
	isRegistration?: boolean;
}

/** Reads the table and the secrets of a credential. Everything wrong with a row stays with that row; the others can be used. */
export function readDirectory(
	credentials: ICredentialDataDecryptedObject,
	options: DirectoryOptions = {},
): DirectoryReading {
	const table = membersOfText(jsonText(credentials.payers));
	if ('problem' in table) return { problem: `'${TABLE_LABEL}' ${table.problem}` };
	if (table.length === 0) return { problem: `'${TABLE_LABEL}' holds no payer` };
	if (table.length > MAX_ROWS) return { problem: `'${TABLE_LABEL}' holds more than ${MAX_ROWS} payers` };
	const secrets = membersOfText(jsonText(credentials.clientSecrets));
	if ('problem' in secrets) return { problem: `'${SECRETS_LABEL}' ${secrets.problem}` };
	if (secrets.length > MAX_ROWS) return { problem: `'${SECRETS_LABEL}' holds more than ${MAX_ROWS} secrets` };
	const identity = identityOf(credentials);
	const secretsByKey = groupedByKey(secrets);
	const rowsByKey = groupedByKey(table);
	const secretTexts = new Set(secrets.flatMap(({ value }) => textOf(value) ?? []));
	const entries = table.map((member) => {
		const { row, problems } = readRow(member);
		const isTwice = (rowsByKey.get(nameKey(member.key))?.length ?? 0) > 1;
		const all = [
			...(isTwice ? ['its key stands in the table twice (case and spaces do not count)'] : []),
			...(repeatsSecret(row, secretTexts) ? [`it holds one of the secrets of '${SECRETS_LABEL}'`] : []),
			...problems,
		];
		const ofRow = secretsByKey.get(nameKey(member.key)) ?? [];
		return payerOf({ row, identity, secrets: ofRow, problems: all }, options);
	});
	const withoutRow = secrets.filter(({ key }) => !rowsByKey.has(nameKey(key)));
	return { entries, problems: withoutRow.map(({ key }) => withoutRowProblem(key)) };
}

/** A credential that was made by n8n's API can hold the object itself. */
function jsonText(value: unknown): string {
	return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}

/** A secret whose key is none could be a secret in the wrong place, so it is not shown. */
function withoutRowProblem(key: string): string {
	const shown = keyProblem(key) === undefined && key.length <= 30 ? ` '${key}'` : '';
	return `'${SECRETS_LABEL}' has an entry${shown} for which '${TABLE_LABEL}' has no payer`;
}

/** The fields that are the same for all payers. */
function identityOf(credentials: ICredentialDataDecryptedObject): ICredentialDataDecryptedObject {
	return Object.fromEntries(Object.entries(credentials).filter(([name]) => !DIRECTORY_FIELD_NAMES.has(name)));
}

function groupedByKey(members: readonly Member[]): Map<string, Member[]> {
	const groups = new Map<string, Member[]>();
	for (const member of members) {
		const key = nameKey(member.key);
		const group = groups.get(key) ?? [];
		group.push(member);
		groups.set(key, group);
	}
	return groups;
}

/** The two columns that are read as one of a list of words hold none, whatever somebody's secret is. */
function repeatsSecret({ preset, signIn, ...row }: DirectoryRow, secrets: ReadonlySet<string>): boolean {
	void [preset, signIn];
	return Object.values(row).some((value) => typeof value === 'string' && secrets.has(value));
}

interface RowParts {
	row: DirectoryRow;
	identity: ICredentialDataDecryptedObject;
	/** Those with the key of the row. */
	secrets: readonly Member[];
	/** What is known to be wrong with the row already. */
	problems: readonly string[];
}

function payerOf(
	{ row, identity, secrets, problems }: RowParts,
	{ isRegistration }: DirectoryOptions,
): DirectoryPayer | UnusableRow {
	const found = kindOf(row.preset);
	if (found === undefined)
		return { row, problems: [...problems, `'preset' must be one of: ${presetNames()}`] };
	const { kind, directory, preset } = found;
	const signIn = signInNamed(directory, row.signIn);
	const names = directory.signIns.map((each) => `'${each.names[0]}'`).join(', ');
	if (!signIn) return { row, problems: [...problems, `'signIn' of this payer must be one of: ${names}`] };
	const isClientless = isRegistration === true && signIn.registers === true;
	const needs = directory.needs.filter((column) => !(isClientless && column === 'clientId'));
	const wrong = [
		...problems,
		...needs.filter((column) => row[column] === undefined).map((column) => `'${column}' is empty`),
		...directory.ignores
			.filter((column) => row[column] !== undefined)
			.map((column) => `'${column}' means nothing to this kind of payer: check 'preset', or take it out`),
		...secretProblems(signIn, secrets),
	];
	if (wrong.length > 0) return { row, problems: wrong };
	const credentials: ICredentialDataDecryptedObject = {
		...directory.credentialOf(row, identity, preset),
		...signIn.fieldsOf?.(row, identity),
		// As it is written, as in a credential of its own: a secret can begin or end with a space.
		...(signIn.needsSecret && { clientSecret: String(secrets[0]?.value ?? '') }),
	};
	try {
		const payer = kind.connect(credentials, signIn.credentialType);
		if (!isClientless) signIn.check(credentials, identity);
		return { row, kind, signIn, payer, credentials };
	} catch (error) {
		return { row, problems: [refusalOf(error)] };
	}
}

/** A number in place of a text is a secret that has lost its leading zeros, or more. */
function secretProblems({ needsSecret, names }: DirectorySignIn, secrets: readonly Member[]): string[] {
	const [secret, ...others] = secrets;
	if (others.length > 0) return [`'${SECRETS_LABEL}' has its key twice`];
	if (!needsSecret) {
		return secret ? [`'${SECRETS_LABEL}' has an entry for it, but its 'signIn' is '${names[0]}'`] : [];
	}
	if (!secret) return [`'${SECRETS_LABEL}' has no entry for its key`];
	const text = textOf(secret.value);
	if (text === undefined) return [`its entry in '${SECRETS_LABEL}' must be a text in quotation marks`];
	return MASKS.has(text) ? [`its entry in '${SECRETS_LABEL}' is the mask of a secret: enter the secret`] : [];
}

/** Why a row cannot be used, in the words that the credential of its kind has for it. */
function refusalOf(error: unknown): string {
	const message = error instanceof Error ? error.message : String(error);
	return message.replace(/^The credential's /, '').replace(/\.$/, '');
}

interface FoundKind {
	kind: PayerKind;
	directory: DirectorySupport;
	preset: string | undefined;
}

function kindOf(preset: string | undefined): FoundKind | undefined {
	for (const kind of PAYER_KINDS) {
		const { directory } = kind;
		if (!directory) continue;
		if (preset === undefined && directory.isDefault) return { kind, directory, preset: undefined };
		const named = [...directory.presets].find(([name]) => columnKey(name) === columnKey(preset ?? ''));
		if (named) return { kind, directory, preset: named[1] };
	}
	return undefined;
}

/** The presets of all kinds; of several names for one, the first. */
function presetNames(): string {
	const firstNames = PAYER_KINDS.flatMap(({ directory }) => {
		const meanings = new Set<string>();
		return [...(directory?.presets ?? [])].flatMap(([name, meaning]) => {
			const isFirst = !meanings.has(meaning);
			meanings.add(meaning);
			return isFirst ? [name] : [];
		});
	});
	return firstNames.join(', ');
}

function signInNamed({ signIns }: DirectorySupport, name: string | undefined): DirectorySignIn | undefined {
	if (name === undefined) return signIns[0];
	return signIns.find(({ names }) => names.some((each) => columnKey(each) === columnKey(name)));
}

/** Whether a payer of the directory can be asked. */
export function isUsable(entry: DirectoryPayer | UnusableRow): entry is DirectoryPayer {
	return 'kind' in entry;
}

/** Names a row in a sentence: by its key, as far as that is one. */
export function rowLabel({ key }: DirectoryRow): string {
	return keyProblem(key) === undefined ? `'${key}'` : 'a row';
}
