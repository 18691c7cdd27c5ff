import type { IExecuteFunctions } from 'n8n-workflow';
import { plainWords } from '../fhir/payerWords';
import type { OpenConnection } from '../payers/connection';
import { readErrorFiles, type ErrorSummary } from './errorFiles';
import { indicatesFailure, type Manifest } from './manifest';
import { readAllPages } from './manifestPages';

/** A finished export with all pages of its manifest, and the summary of its error files. */
export interface CompleteExport {
	manifest: Manifest;
	errors: ErrorSummary;
}

/**
 * Reads the remaining pages of a manifest, and its error files. The result says what could not be read.
 *
 * @param deadline ms since 1970
 * @returns undefined if the deadline came before the last page of the manifest
 * @throws ExchangeError if the error affects all requests to the payer
 */
export async function readCompleteExport(
	context: IExecuteFunctions,
	connection: OpenConnection,
	first: Manifest,
	deadline: number,
): Promise<CompleteExport | undefined> {
	const manifest = await readAllPages(context, connection, first, deadline);
	return manifest && { manifest, errors: await readErrorFiles(context, connection, manifest, deadline) };
}

/** Most characters of the payer's status that an item shows. */
const MAX_STATUS_CHARS = 200;

/** Sentences about what is missing of a finished export; undefined if nothing is. */
export function describeMissing({ manifest, errors }: CompleteExport): string | undefined {
	const { batches, files, status, resourceCount, truncated } = manifest;
	const sentences: string[] = [];
	if (indicatesFailure(status))
		sentences.push(`The payer says that the export ended as ${plainWords(status ?? '', MAX_STATUS_CHARS)}.`);
	if ((batches?.failed ?? 0) > 0) {
		sentences.push(`${batches?.failed} of ${batches?.total ?? '?'} batches failed at the payer.`);
	}
	if (errors.isSerious && errors.summary) sentences.push(errors.summary);
	if (truncated) {
		sentences.push(`The list of files broke off after part ${truncated.pages}: ${truncated.reason}.`);
	}
	const unlisted = [
		[manifest.withoutAddress, 'file', 'files'],
		[manifest.deletedWithoutAddress, 'file of deletions', 'files of deletions'],
		[manifest.errorsWithoutAddress, 'file of complaints', 'files of complaints'],
	] as const;
	for (const [count, one, several] of unlisted) {
		if (!count) continue;
		sentences.push(
			`The payer lists ${count} ${count === 1 ? one : several} without an address, or with one of more than 8 kB.`,
		);
	}
	const addresses = new Set(files.map(({ url }) => url));
	const cut = files.filter(({ continuesInFile: next }) => next !== undefined && !addresses.has(next)).length;
	if (cut > 0) {
		sentences.push(
			`${cut} ${cut === 1 ? 'file goes' : 'files go'} on in a file that the payer does not list.`,
		);
	}
	if (files.length === 0 && (resourceCount ?? 0) > 0) {
		sentences.push(`The payer counts ${resourceCount} resources, but lists no file.`);
	}
	if (sentences.length === 0) return undefined;
	sentences.push(
		files.length > 0 ? 'What Completed gives is whole; ask the payer for the rest.' : 'No file came of it.',
	);
	return sentences.join(' ');
}
