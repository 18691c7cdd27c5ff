import type { IExecuteFunctions } from 'n8n-workflow';
import type { OpenConnection } from '../payers/connection';
import { readErrorFile, summarizeErrors, type ErrorFile, type ErrorSummary } from './errorFiles';
import { saysTrouble, type Manifest } from './manifest';
import { allPages } from './manifestPages';

/** A finished export with all parts of its manifest, and what its error files say. */
export interface WholeExport {
	manifest: Manifest;
	errors: ErrorSummary;
}

/**
 * Follows a manifest that comes in parts, and reads its error files. What cannot be read is said in the result and takes
 * nothing away from what was.
 *
 * @throws ExchangeError where the credential or the payer as a whole is at fault
 */
export async function wholeExport(
	context: IExecuteFunctions,
	connection: OpenConnection,
	first: Manifest,
): Promise<WholeExport> {
	const manifest = await allPages(context, connection, first);
	const files: ErrorFile[] = [];
	for (const file of manifest.errorFiles) {
		files.push(await readErrorFile(context, connection, file, manifest.requiresAccessToken));
	}
	return { manifest, errors: summarizeErrors(files) };
}

/** What is missing of a finished export, as sentences for a person; undefined where nothing is. */
export function whatIsMissing({ manifest, errors }: WholeExport): string | undefined {
	const { batches, files, withoutAddress, status, resourceCount, cutAfter } = manifest;
	const says: string[] = [];
	if (saysTrouble(status)) says.push(`The payer says that the export ended as ${status}.`);
	if ((batches?.failed ?? 0) > 0) {
		says.push(`${batches?.failed} of ${batches?.total ?? '?'} batches failed at the payer.`);
	}
	if (errors.areSerious && errors.summary) says.push(errors.summary);
	if (cutAfter) {
		says.push(`The list of files broke off after part ${cutAfter.pages}: ${cutAfter.reason}.`);
	}
	if (withoutAddress > 0) {
		says.push(
			`The payer lists ${withoutAddress} ${withoutAddress === 1 ? 'file' : 'files'} without an address.`,
		);
	}
	const addresses = new Set(files.map(({ url }) => url));
	const cut = files.filter(({ continuesInFile: next }) => next !== undefined && !addresses.has(next)).length;
	if (cut > 0) {
		says.push(`${cut} ${cut === 1 ? 'file goes' : 'files go'} on in a file that the payer does not list.`);
	}
	if (files.length === 0 && (resourceCount ?? 0) > 0) {
		says.push(`The payer counts ${resourceCount} resources, but lists no file.`);
	}
	if (says.length === 0) return undefined;
	says.push(
		files.length > 0 ? 'What Completed gives is whole; ask the payer for the rest.' : 'No file came of it.',
	);
	return says.join(' ');
}
