import type { IExecuteFunctions } from 'n8n-workflow';
import { TEXT_LIMITS } from '../fhir/limits';
import { ExchangeError } from '../n8n/exchangeError';
import { hasUserInfo, tryParseUrl } from './addresses';
import { otherHostAdvice, redirectError } from './errors';
import type { OpenReply } from './n8nAnswer';
import type { NoAnswer } from './reply';
import type { Destination, PayerRequest } from './request';
import { LEAST_WAIT_MS, sendPaced } from './send';

/** Redirects of files. Only they are followed, by hand, since each address must be one that a file may have. */

/** RFC 9110 section 15.4; the others name no address to go on at. */
const REDIRECTS = [301, 302, 303, 307, 308];
const MAX_REDIRECTS = 5;

/** An open response, and the request that it answers: the last one, where there were redirects. */
export interface OpenedFile {
	opened: OpenReply | NoAnswer;
	request: PayerRequest;
}

/**
 * Requests a file, and follows its redirects. Each of them is a request like any other: at the rate of the run, while the consent holds.
 *
 * @param deadline for the headers of the last answer (ms since 1970)
 * @throws ExchangeError if a redirect leads where no file may be fetched from, in a circle, or nowhere
 */
export async function openFile(
	context: IExecuteFunctions,
	destination: Destination,
	first: PayerRequest,
	deadline: number,
): Promise<OpenedFile> {
	const asked = new Set<string>();
	let request = first;
	for (;;) {
		asked.add(request.url);
		const headersMs = Math.max(deadline - Date.now(), LEAST_WAIT_MS);
		const opened = await sendPaced(context, destination, request, { deadline, headersMs });
		if (!request.redirectedTo || !('status' in opened) || !REDIRECTS.includes(opened.status))
			return { opened, request };
		// The body of a redirect is of no use, and would keep the connection.
		opened.body.destroy();
		const target = targetOf(opened, request.url);
		if (!mayHaveFiles(destination, target)) throw redirectError(opened, destination, otherHostAdvice(target));
		request = request.redirectedTo(target.href);
		if (asked.has(request.url)) throw uselessRedirectError(opened.status, 'in a circle');
		if (asked.size > MAX_REDIRECTS)
			throw uselessRedirectError(opened.status, `more than ${MAX_REDIRECTS} times`);
	}
}

/** The absolute address that a redirect names. @throws ExchangeError if it names none */
function targetOf({ status, headers }: OpenReply, askedUrl: string): URL {
	const { location } = headers;
	if (location === undefined && Object.keys(headers).length === 0) {
		throw new ExchangeError(`The payer redirects the file, but n8n does not say where (HTTP ${status})`, {
			httpStatus: status,
			whatToDo:
				'This version of n8n hands on no headers of a compressed answer. Update n8n, or ask the payer not to compress its redirects.',
		});
	}
	const target =
		location === undefined || location.length > TEXT_LIMITS.address
			? undefined
			: tryParseUrl(location, askedUrl);
	if (!target) throw uselessRedirectError(status, 'to no address');
	return target;
}

/** Whether a redirect may lead there: to the payer's own host, where the scheme may differ, or to an allowed file host over https. */
function mayHaveFiles({ baseUrl, fileHosts }: Destination, target: URL): boolean {
	const isListed = target.protocol === 'https:' && fileHosts.includes(target.host);
	return !hasUserInfo(target) && (isListed || target.host === new URL(baseUrl).host);
}

/** @param where completes "The payer redirects the file …" */
function uselessRedirectError(status: number, where: string): ExchangeError {
	return new ExchangeError(`The payer redirects the file ${where} (HTTP ${status})`, {
		httpStatus: status,
		whatToDo: 'Nothing of it was taken. Tell the payer which file it is: the item has its address.',
	});
}
