/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** How large a file is to be: whichever is reached first. */
export interface FileSize {
	bytes?: number;
	resources?: number;
}

const coded = (system: string, code: string, display: string) => ({ coding: [{ system, code, display }] });
const TERMS = 'http://terminology.hl7.org/CodeSystem';

/** A synthetic claim of some 1.3 kB, the same at every run. */
function claim(n: number): object {
	return {
		resourceType: 'ExplanationOfBenefit',
		id: `eob-${n}`,
		meta: {
			lastUpdated: `2026-05-0${(n % 9) + 1}T00:00:00Z`,
			profile: [
				'http://hl7.org/fhir/us/carin-bb/StructureDefinition/C4BB-ExplanationOfBenefit-Professional-NonClinician',
			],
		},
		status: 'active',
		type: coded(`${TERMS}/claim-type`, 'professional', 'Professional'),
		use: 'claim',
		patient: { reference: `Patient/${n % 977}`, display: ['Whitfield', 'Okafor', 'Álvarez'][n % 3] },
		billablePeriod: { start: '2026-01-01', end: '2026-01-02' },
		created: '2026-01-05',
		insurer: { reference: 'Organization/bison' },
		outcome: 'complete',
		insurance: [{ focal: true, coverage: { reference: `Coverage/${n % 977}` } }],
		item: [1, 2].map((sequence) => ({
			sequence,
			productOrService: coded('http://www.ama-assn.org/go/cpt', `9921${sequence}`, 'Office visit'),
			servicedPeriod: { start: '2026-01-01' },
			adjudication: [
				{
					category: coded(`${TERMS}/adjudication`, 'submitted', 'Submitted Amount'),
					amount: { value: 100.5 + (n % 77), currency: 'USD' },
				},
			],
		})),
	};
}

function* blocksOf({ bytes = Infinity, resources = Infinity }: FileSize): Generator<Buffer> {
	const LINES = 500;
	for (let n = 0, written = 0; n < resources && written < bytes; ) {
		const count = Math.min(LINES, resources - n);
		const lines = Array.from({ length: count }, (_, index) => `${JSON.stringify(claim(n + index))}\n`);
		const block = Buffer.from(lines.join(''));
		n += count;
		written += block.length;
		yield block;
	}
}

/** Writes a file of claims, and a compressed one beside it where wanted. @returns its path and size */
export async function writeClaims(
	folder: string,
	size: FileSize,
	gzip = false,
): Promise<{ path: string; bytes: number }> {
	const path = join(folder, `claims-${size.resources ?? size.bytes}.ndjson`);
	await pipeline(Readable.from(blocksOf(size)), createWriteStream(path));
	if (gzip) await pipeline(createReadStream(path), createGzip({ level: 1 }), createWriteStream(`${path}.gz`));
	return { path, bytes: (await stat(path)).size };
}
