import { withFirst, type JobBatch } from '../exportJobs';
import { batchesOf, type Member } from '../members';
import { operationOutcome } from '../operationOutcome';
import { ndjsonOf, resourcesOf } from '../resources';
import type { AskedExport } from './kickOff';
import type { StandardSettings } from './settings';

/** One file of a job. */
export interface JobFile {
	list: 'output' | 'deleted' | 'error';
	/** Undefined where a file holds several types, in blocks. */
	type?: string;
	count: number;
	/** Whether the block of its last patient goes on in the next file. */
	continues?: boolean;
	/** @param as how a resource is written */
	bytes: (as?: Written) => Iterable<Buffer>;
}

/** Resources of one type of one member. */
interface Portion {
	member: Member;
	all: ReturnType<typeof batchesOf>;
	batch: JobBatch;
}

type Resources = () => Iterable<fhir4.FhirResource>;
type Written = (resource: fhir4.FhirResource) => fhir4.FhirResource;

function* written(resources: Iterable<fhir4.FhirResource>, as: Written): Generator<fhir4.FhirResource> {
	for (const resource of resources) yield as(resource);
}

function file(list: JobFile['list'], type: string | undefined, count: number, resources: Resources): JobFile {
	return { list, type, count, bytes: (as = (each) => each) => ndjsonOf(written(resources(), as)) };
}

/** A file of resources that are at hand. */
export function fileOf(list: JobFile['list'], type: string, resources: fhir4.FhirResource[]): JobFile {
	return file(list, type, resources.length, () => resources);
}

const DATES = [
	['billablePeriod', 'start'],
	['period', 'start'],
	['effectiveDateTime'],
	['performedDateTime'],
	['performedPeriod', 'start'],
	['occurrenceDateTime'],
	['authoredOn'],
	['recordedDate'],
	['onsetDateTime'],
	['date'],
];

function dayOf(resource: fhir4.FhirResource): string | undefined {
	const read = (path: string[]) =>
		path.reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], resource);
	return DATES.map(read)
		.find((value) => typeof value === 'string')
		?.slice(0, 10);
}

/** Whether a resource is among those that a filter's dates let through; what else it asks for is not judged. */
function passes(resource: fhir4.FhirResource, filters: readonly string[]): boolean {
	const own = filters.filter((query) => query.startsWith(`${resource.resourceType}?`));
	const day = dayOf(resource);
	if (own.length === 0 || day === undefined) return true;
	return own.some((query) =>
		[...new URLSearchParams(query.slice(query.indexOf('?') + 1)).values()].every((value) => {
			const [, comparator, limit] = /^(ge|gt|le|lt)(\d{4}-\d{2}-\d{2})/.exec(value) ?? [];
			if (limit === undefined) return true;
			if (comparator.startsWith('g')) return comparator === 'ge' ? day >= limit : day > limit;
			return comparator === 'le' ? day <= limit : day < limit;
		}),
	);
}

function* ofPortions(
	portions: readonly Portion[],
	filters: readonly string[],
): Generator<fhir4.FhirResource> {
	for (const { member, all, batch } of portions) {
		for (const resource of resourcesOf(member, all, batch)) if (passes(resource, filters)) yield resource;
	}
}

function countOf(portions: readonly Portion[], filters: readonly string[]): number {
	if (filters.length === 0) return portions.reduce((sum, { batch }) => sum + batch.count, 0);
	return [...ofPortions(portions, filters)].length;
}

function outputOf(type: string, portions: readonly Portion[], filters: readonly string[]): JobFile {
	return file('output', type, countOf(portions, filters), () => ofPortions(portions, filters));
}

/** All of one type together, as many members in a file as go in. */
function byType(portions: readonly Portion[], filters: readonly string[], most: number): JobFile[] {
	const types = [...new Set(portions.map(({ batch }) => batch.type))];
	return types.flatMap((type) => {
		const files: Portion[][] = [[]];
		let count = 0;
		for (const portion of portions.filter(({ batch }) => batch.type === type)) {
			if (count > 0 && count + portion.batch.count > most) {
				files.push([]);
				count = 0;
			}
			files[files.length - 1].push(portion);
			count += portion.batch.count;
		}
		return files.map((ofFile) => outputOf(type, ofFile, filters));
	});
}

const PATIENTS_IN_A_FILE = 10;

/** Blocks of a header and all resources of one patient; a block that is too long goes on in a file of its own. */
function byPatient(portions: readonly Portion[], filters: readonly string[], most: number): JobFile[] {
	const members = [...new Set(portions.map(({ member }) => member))];
	const blocks = members.flatMap((member) => {
		const own = portions.filter((portion) => portion.member === member);
		const header: fhir4.Parameters = {
			resourceType: 'Parameters',
			parameter: [{ name: 'header', valueReference: { reference: `Patient/${member.row.memberId}` } }],
		};
		const count = countOf(own, filters);
		return Array.from({ length: Math.ceil(count / most) }, (_, part) => ({
			continues: (part + 1) * most < count,
			part,
			count: Math.min(most, count - part * most) + 1,
			*resources(): Generator<fhir4.FhirResource> {
				yield header;
				let index = 0;
				for (const resource of ofPortions(own, filters)) {
					if (Math.floor(index / most) === part) yield resource;
					index += 1;
				}
			},
		}));
	});
	const files: Array<typeof blocks> = [];
	for (const block of blocks) {
		const last = files.at(-1);
		const isWithOthers =
			last && block.part === 0 && last.length < PATIENTS_IN_A_FILE && !last.at(-1)?.continues;
		if (isWithOthers) last.push(block);
		else files.push([block]);
	}
	return files.map((ofFile) => ({
		...file(
			'output',
			undefined,
			ofFile.reduce((sum, { count }) => sum + count, 0),
			function* () {
				for (const block of ofFile) yield* block.resources();
			},
		),
		continues: ofFile.at(-1)?.continues,
	}));
}

/** What was deleted at the payer since: one resource of each member, that no export ever held. */
function deletion({ row }: Member): fhir4.Bundle {
	const url = `Observation/${row.memberId}-observation-deleted`;
	return { resourceType: 'Bundle', type: 'transaction', entry: [{ request: { method: 'DELETE', url } }] };
}

/** The files of an export of some members: their data, what could not be exported, and what was deleted. */
export function exportFiles(
	members: readonly Member[],
	asked: AskedExport,
	settings: StandardSettings,
	withDeleted: boolean,
): JobFile[] {
	const filters = settings.typeFilter === 'honoured' ? asked.typeFilters : [];
	const portions = asked.nothingNew
		? []
		: members.flatMap((member): Portion[] => {
				const all = batchesOf(member);
				return withFirst(all)
					.filter(({ type }) => asked.types.length === 0 || asked.types.includes(type))
					.map((batch) => ({ member, all, batch }));
			});
	const good = portions.filter(({ batch }) => !batch.fails);
	const complaints = portions
		.filter(({ batch }) => batch.fails)
		.map(({ batch, member }) =>
			operationOutcome('exception', `${batch.type} of Patient/${member.row.memberId} could not be exported.`),
		);
	const output = asked.byPatient
		? byPatient(good, filters, settings.blockResources)
		: members.length === 1
			? good.map((portion) => outputOf(portion.batch.type, [portion], filters))
			: byType(good, filters, settings.fileResources);
	const deleted = withDeleted && asked.since !== undefined ? members.map(deletion) : [];
	return [
		// A type of which nothing is left has no file (Bulk Data, "output").
		...output.filter(({ count }) => count > 0),
		...(deleted.length > 0 ? [fileOf('deleted', 'Bundle', deleted)] : []),
		...(complaints.length > 0 ? [fileOf('error', 'OperationOutcome', complaints)] : []),
	];
}
