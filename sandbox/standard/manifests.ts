import { FHIR_NDJSON } from '../mediaTypes';
import type { DialectRules } from './dialects';
import type { JobFile } from './files';
import { isRunning, type StandardJob } from './jobs';

/** Addresses that a manifest tells. */
export interface Addresses {
	/** Of the file with this number. */
	file: (number: number) => string;
	/** Of a part of the manifest, from 2. */
	part: (number: number) => string;
	isOpen: boolean;
}

function sizeOf({ bytes }: JobFile): number {
	let size = 0;
	for (const chunk of bytes()) size += chunk.length;
	return size;
}

function entryOf(job: StandardJob, rules: DialectRules, number: number, { file }: Addresses): object {
	const { list, type, count, continues } = job.files[number];
	const isOld = rules.bulkData === 1;
	const hasType = rules.bulkData < 4 || list === 'output';
	return {
		...(type !== undefined && hasType ? { type } : {}),
		url: file(number),
		...(isOld || list !== 'output' ? {} : { count }),
		...(continues ? { continuesInFile: file(number + 1) } : {}),
		...(rules.bulkData === 4 ? { fileSize: sizeOf(job.files[number]) } : {}),
	};
}

/**
 * The manifest in the shape of the payer's version of Bulk Data, or one part of it, from 1. What a version does not know is
 * not in it.
 */
export function manifestOf(job: StandardJob, rules: DialectRules, at: Addresses, part = 1): object {
	const { bulkData } = rules;
	const size = job.filesInPart ?? job.files.length;
	const numbers = job.files.map((_, number) => number).slice((part - 1) * size, part * size);
	const list = (wanted: JobFile['list']) =>
		numbers
			.filter((number) => job.files[number].list === wanted)
			.map((number) => entryOf(job, rules, number, at));
	const hasMore = part * size < job.files.length && !isRunning(job);
	const deleted = list('deleted');
	const error = list('error');
	const note = { url: 'https://payer.example/sandbox', valueBoolean: true };
	return {
		...(bulkData === 4
			? { manifestType: 'http://hl7.org/fhir/uv/bulkdata/StructureDefinition/BulkDataManifest' }
			: {}),
		transactionTime: job.startedAt,
		...(bulkData < 4 ? { request: job.request } : {}),
		requiresAccessToken: !at.isOpen,
		...(bulkData === 4 ? { outputFormat: FHIR_NDJSON } : {}),
		...(job.byPatient ? { outputOrganizedBy: 'Patient' } : {}),
		output: list('output'),
		...(bulkData >= 2 && (deleted.length > 0 || bulkData === 2) ? { deleted } : {}),
		...(bulkData < 4 ? { error } : {}),
		...(bulkData === 4 && error.length > 0 ? { outcome: error } : {}),
		...(hasMore ? { link: [{ relation: 'next', url: at.part(part + 1) }] } : {}),
		extension: bulkData === 4 ? [note] : { [note.url]: true },
	};
}

/** Whether a manifest has a part of this number. */
export function hasPart({ files, filesInPart }: StandardJob, part: number): boolean {
	return filesInPart !== undefined && part >= 2 && (part - 1) * filesInPart < files.length;
}
