import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { NPI_SYSTEM } from '../../shared/fhir/ids';
import { isObject, nextLink } from '../../shared/fhir/json';
import { shortText } from '../../shared/fhir/values';
import { tryParseUrl } from '../../shared/http/addresses';
import { failureCause } from '../../shared/http/failures';
import { failureWords } from '../../shared/http/failureWords';
import { pauseBeforeRepeat } from '../../shared/http/repeat';
import { bodyKind, type NoAnswer, type PayerReply } from '../../shared/http/reply';
import { queryString, type Query } from '../../shared/http/request';
import { sendUnauthenticated } from '../../shared/http/send';
import { ExchangeError } from '../../shared/n8n/exchangeError';
import { orStop, waitOrStop } from '../../shared/n8n/longRun';
import { MINUTE } from '../../shared/n8n/time';
import { baseOf, readDirectoryAddress } from './address';
import { readDirectoryBundle, type ImportedDirectory } from './directoryBundle';
import { IMPORT_LIMITS } from './limits';

/** What is looked for in a directory. */
export interface DirectorySearch {
	/** Base URL of the directory's FHIR server. */
	directoryUrl: unknown;
	/** Beginning of the payer's name. */
	name?: string;
	npi?: string;
}

/** For all attempts of one page, pauses included. */
const PAGE_BUDGET_MS = MINUTE;
const PAGE_SIZE = '20';

/**
 * The search for payers and their endpoints (NDH, "Payer to payer").
 * @throws ExchangeError if the address of the directory cannot be used
 */
export function directorySearchUrl({ directoryUrl, name, npi }: DirectorySearch): string {
	const read = readDirectoryAddress(directoryUrl);
	if ('problem' in read) {
		throw new ExchangeError(`'Directory URL' cannot be used: it ${read.problem}`, {
			whatToDo:
				'Enter the FHIR base URL of the directory, e.g. https://directory.example/fhir. Nothing was sent.',
		});
	}
	const query: Query = [
		['type', 'payer'],
		...(name ? [['name', name] satisfies Query[number]] : []),
		...(npi ? [['identifier', `${NPI_SYSTEM}|${npi}`] satisfies Query[number]] : []),
		['_include', 'Organization:endpoint'],
		['_count', PAGE_SIZE],
	];
	return `${baseOf(read.url)}/Organization${queryString(query)}`;
}

/**
 * Searches a directory that needs no sign-in, page by page, and reads the payers that it lists.
 * @throws ExchangeError if it does not give its list, or the run was stopped
 */
export async function searchDirectory(
	context: IExecuteFunctions,
	search: DirectorySearch,
): Promise<ImportedDirectory> {
	const first = directorySearchUrl(search);
	const pages: unknown[] = [];
	const asked = new Set<string>();
	let url: string | undefined = first;
	let letters = 0;
	let problem: string | undefined;
	while (url !== undefined && problem === undefined) {
		asked.add(url);
		const page = await readPage(context, url);
		pages.push(page.json);
		letters += page.text.length;
		const next = nextLink(page.json);
		if (next === undefined) break;
		url = samePlace(next, url);
		if (url === undefined) problem = 'names a next page on another server';
		else if (asked.has(url)) problem = 'names a page again that was read before';
		else if (pages.length >= IMPORT_LIMITS.pages) problem = `has more than ${IMPORT_LIMITS.pages} pages`;
		else if (letters >= IMPORT_LIMITS.letters) problem = 'is larger than what is read';
	}
	const imported = readDirectoryBundle(pages);
	if (problem === undefined) return imported;
	const says = `the list is not whole: the directory ${problem}. Search by name`;
	return { ...imported, findings: [{ says }, ...imported.findings] };
}

/** The address of the next page, if it is on the same server. */
function samePlace(link: string, url: string): string | undefined {
	const next = tryParseUrl(shortText(link, 8 * IMPORT_LIMITS.addressLetters) ?? '', url);
	const isSame = next?.origin === tryParseUrl(url)?.origin && next?.username === '' && next.password === '';
	return isSame ? next.href : undefined;
}

/** @throws ExchangeError if there is no such page */
async function readPage(
	context: IExecuteFunctions,
	url: string,
): Promise<{ json: IDataObject; text: string }> {
	const reply = await getRepeatedly(context, url);
	if (!('status' in reply)) throw noAnswerError(reply, url);
	const { json, text } = reply;
	if (reply.status === 200 && isObject(json) && json.resourceType === 'Bundle') return { json, text };
	const wantsSignIn = reply.status === 401 || reply.status === 403;
	throw new ExchangeError(`The directory did not give its list (HTTP ${reply.status})`, {
		httpStatus: reply.status,
		whatToDo: wantsSignIn
			? 'It wants a sign-in, which the import does not have. Have the list downloaded as a Bundle, and give that to this node.'
			: `It sent ${bodyKind(reply)}. Check 'Directory URL': it must be the FHIR base URL of the directory.`,
	});
}

async function getRepeatedly(context: IExecuteFunctions, url: string): Promise<PayerReply | NoAnswer> {
	const until = Date.now() + PAGE_BUDGET_MS;
	for (let attempt = 1; ; attempt += 1) {
		const sent = sendUnauthenticated(context, { method: 'GET', url, answer: 'match' }).catch(tooLarge);
		const reply = await orStop(context, sent, () => undefined);
		const pause = pauseBeforeRepeat(reply, { after: 'anyFailure' }, attempt, until - Date.now());
		if (pause === undefined) return reply;
		await waitOrStop(context, pause);
	}
}

function tooLarge(error: unknown): never {
	if (!(error instanceof ExchangeError)) throw error;
	throw new ExchangeError('A page of the directory is larger than what is read', {
		exceedsLimit: true,
		whatToDo: 'Search by name, so that less is found.',
	});
}

function noAnswerError({ code, cause = failureCause([code], []) }: NoAnswer, url: string): ExchangeError {
	const host = tryParseUrl(url)?.host ?? '';
	const words = failureWords(cause, { host, addressField: "'Directory URL'" });
	return new ExchangeError(
		words ? `The directory cannot be reached: ${words.what}` : 'The directory did not answer',
		{ whatToDo: `(${code}) ${words?.whatToDo ?? "Check 'Directory URL', and whether n8n can reach it."}` },
	);
}
