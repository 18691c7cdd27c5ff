/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { FHIR_NDJSON } from '../mediaTypes';
import { refusal, type Answer } from '../operationOutcome';
import { withAddresses } from './documents';
import { fileOfJob } from './jobs';
import type { PayerRequest } from './payer';

/** A file of a job: `{number}.ndjson`, counted from 1; behind a redirect where the settings say so. */
export function downloadFile({ payer, request, headers, params, query, checks }: PayerRequest): Answer {
	if (payer.settings.fileRedirects === 'yes' && query.signature === undefined) {
		return { status: 307, headers: { location: `${request.url}?signature=of-the-store` } };
	}

	const encodings = String(headers['accept-encoding'] ?? '');
	checks.check('G3', 'Accept is FHIR NDJSON', headers.accept?.includes(FHIR_NDJSON) === true);
	checks.check('G4', 'Accept-Encoding has gzip', encodings.includes('gzip'));
	const job = payer.jobs.find(payer.dialect, params.id);
	const [, digits = '0'] = /^(\d{1,6})\.ndjson$/.exec(params.name) ?? [];
	const file = job && fileOfJob(job, Number(digits) - 1);
	if (!job || !file) return refusal(404, 'not-found', 'There is no such file.');
	if (Date.now() >= (job.expiresAt ?? Infinity)) {
		return refusal(410, 'expired', 'The file is not kept any more.');
	}
	const bytes = Readable.from(file.bytes((resource) => withAddresses(payer, resource)));
	const plain = { 'content-type': FHIR_NDJSON };
	if (payer.settings.gzipFiles === 'no' || !encodings.includes('gzip')) {
		return { status: 200, headers: plain, body: bytes };
	}
	return { status: 200, headers: { ...plain, 'content-encoding': 'gzip' }, body: bytes.pipe(createGzip()) };
}
