import { isObject } from '../../shared/fhir/json';
import { memberSpans, type Span } from '../../shared/fhir/jsonSpans';
import { atEndOf, type Edit } from './textEdits';

/** The tags of a resource that came from a payer. No guide fixes them; R4 gives `meta.source` and `meta.tag`. */
export interface SourceTags {
	/** System of the tag whose code is the payer's key. */
	sourceSystem: string;
	/** System of the tag whose code is the export. */
	exportSystem: string;
	payer: string;
	sourceExport: string;
	/** `meta.source` where the payer gives none. */
	metaSource: string;
}

/** @param system address of the plan's own, e.g. `https://plan.example` */
export function sourceTags(
	system: string,
	{ payer, sourceExport, fhirBase }: { payer: string; sourceExport: string; fhirBase?: string },
): SourceTags {
	const own = system.replace(/\/+$/, '');
	return {
		sourceSystem: `${own}/p2p-source`,
		exportSystem: `${own}/p2p-export`,
		payer,
		sourceExport,
		metaSource: `${fhirBase ?? own}#${sourceExport}`,
	};
}

/**
 * The tags as `meta.tag` holds them. A server overwrites the version of a resource, so the payer's stands in the first tag: when it was last
 * updated, and its version id.
 */
export function tagCodings(
	{ sourceSystem, exportSystem, payer, sourceExport }: SourceTags,
	version: string | undefined,
): object[] {
	return [
		{ system: sourceSystem, ...(version !== undefined && { version }), code: payer },
		{ system: exportSystem, code: sourceExport },
	];
}

const PARTS = new Set(['tag', 'source', 'lastUpdated', 'versionId']);

/** The tags of an export as text, but for the version of each resource. */
export class TagWriter {
	private readonly source: string;
	private readonly beforeVersion: string;
	private readonly afterVersion: string;

	constructor(readonly tags: SourceTags) {
		const [source, exported] = tagCodings(tags, undefined).map((coding) => JSON.stringify(coding));
		this.source = `"source":${JSON.stringify(tags.metaSource)}`;
		this.beforeVersion = source.slice(0, -1);
		this.afterVersion = `},${exported}`;
	}

	/**
	 * What to insert into a resource so that it bears the tags; all that the payer's `meta` holds stays.
	 * @param meta of the resource, if it has one
	 * @param after where `meta` may be inserted, after another member
	 */
	edits(text: string, meta: Span | undefined, after: number): Edit[] {
		if (!meta || text[meta.start] !== '{') {
			const whole = `{${this.source},"tag":[${this.codings('')}]}`;
			return [meta ? { ...meta, text: whole } : { start: after, end: after, text: `,"meta":${whole}` }];
		}
		const parts = memberSpans(text, meta, { names: PARTS });
		const codings = this.codings(versionText(text, parts));
		const source = parts.has('source') ? '' : this.source;
		const tag = parts.get('tag');
		if (tag) {
			const edit = tagEdit(text, tag, codings);
			return source === '' ? [edit] : [edit, atEndOf(text, meta, source)];
		}
		return [atEndOf(text, meta, `${source}${source === '' ? '' : ','}"tag":[${codings}]`)];
	}

	private codings(version: string): string {
		return `${this.beforeVersion}${version}${this.afterVersion}`;
	}
}

/** The payer's version as a member of a Coding; empty if it states none. */
function versionText(text: string, parts: ReadonlyMap<string, Span>): string {
	const [updated, versionId] = ['lastUpdated', 'versionId'].map((name) => contentOf(text, parts.get(name)));
	if (updated === '' && versionId === '') return '';
	const id = versionId === '' ? '' : `versionId ${versionId}`;
	return `,"version":"${[updated, id].filter((part) => part !== '').join(', ')}"`;
}

/** What stands between the quotes of a string, as it is written; empty for anything else. */
function contentOf(text: string, span: Span | undefined): string {
	return span && text[span.start] === '"' ? text.slice(span.start + 1, span.end - 1).trim() : '';
}

/** Adds to the payer's tags; a single one that stands in no list gets one. */
function tagEdit(text: string, tag: Span, codings: string): Edit {
	if (text[tag.start] === '[') return atEndOf(text, tag, codings);
	const isOne = text[tag.start] === '{';
	return { ...tag, text: `[${isOne ? `${text.slice(tag.start, tag.end)},` : ''}${codings}]` };
}

/** Whether a resource bears the tags, as its own server would find them. */
export function hasTags(
	meta: unknown,
	{ sourceSystem, payer, exportSystem, sourceExport }: SourceTags,
): boolean {
	if (!isObject(meta) || !Array.isArray(meta.tag)) return false;
	// They are added behind all others.
	const [source, exported]: unknown[] = [meta.tag.at(-2), meta.tag.at(-1)];
	const isTag = (each: unknown, system: string, code: string) =>
		isObject(each) && each.system === system && each.code === code;
	return isTag(source, sourceSystem, payer) && isTag(exported, exportSystem, sourceExport);
}
