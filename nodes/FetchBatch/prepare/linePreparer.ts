import type { IDataObject } from 'n8n-workflow';
import { isObject, tryParseJson } from '../../shared/fhir/json';
import type { LinePreparer, PreparedResource } from '../../shared/files/preparer';
import type { ExportPatients } from '../../shared/files/exportPatients';
import type { LineRules, PreparedLine } from './lineRules';
import { isAsPrepared, prepareLines, prepareThoroughly } from './preparedLine';

/** The reason for a resource that cannot be stored under an id of ours. */
export const NOT_PREPARABLE =
	'The resource cannot be prepared: it has no id (or no type of member data) that an id of yours could be made from';

/** The plan's own Patient of each member of an export. */
export interface OwnPatients {
	/** References lead to the plan's own Patient; else to the payer's, which is linked with it. */
	isReferred: boolean;
	/** The plan's own Patient of a member. */
	idOf(memberId: IDataObject[string]): string | undefined;
}

/** The lines that were prepared last. */
interface LastLines {
	first: number;
	/** As they came; each, once one of them is needed. */
	text: string;
	split?: string[];
	made: ReadonlyArray<PreparedLine | undefined>;
}

/** A Patient is prepared when it is known whose he is. */
const isPreparedAtOnce = (type: string) => type !== 'Patient';

/** Patients that are put in the place of a target that stands for all that was sent. */
const MAX_MEMBER_PATIENTS = 100;

/** Patients whose ids can be traced back at a time. Those of one line are enough. */
const MAX_TRACED = 10_000;

/**
 * Prepares the lines of one file. They are prepared before they are parsed, so that each is parsed once; a Patient, who may have to be linked
 * with the plan's own, and what is held until all Patients are known, when it is decided whose they are.
 */
export class Preparer implements LinePreparer {
	/** References that nothing can be made of. */
	unreadable = 0;
	private readonly rules: LineRules;
	private readonly sourceIds = new Map<string, string>();
	private readonly sourceIdOf = (id: string) => this.sourceIds.get(id) ?? id;
	private readonly replaced = new Set<string>();
	private lastLines: LastLines = { first: 1, text: '', made: [] };

	constructor(
		rules: Pick<LineRules, 'ids' | 'tags' | 'identifiers'>,
		private readonly patients: ExportPatients | undefined,
		private readonly own: OwnPatients,
	) {
		this.rules = {
			...rules,
			linkOf: (sourceId) => this.ownPatientOf(sourceId),
			memberPatients: () => this.memberPatients(),
			patientIdOf: (sourceId, newId) => {
				const id = (this.own.isReferred ? this.ownPatientOf(sourceId) : undefined) ?? newId;
				this.sourceIds.set(id, sourceId);
				return id;
			},
		};
	}

	beforeParse(lines: string, firstLine: number): string[] {
		if (this.sourceIds.size > MAX_TRACED) this.sourceIds.clear();
		const { texts, made } = prepareLines(lines, this.rules, isPreparedAtOnce);
		this.lastLines = { first: firstLine, text: lines, made };
		return texts;
	}

	prepare(resource: IDataObject, text: string, line?: number): PreparedResource | string {
		if (line === undefined) return this.prepareThoroughly(text);
		const { first, made, text: lines } = this.lastLines;
		const last = made[line - first];
		if (!last) return this.prepareThoroughly(text);
		if (isAsPrepared(resource, last, this.rules)) return this.passOn(last, resource, text);
		this.lastLines.split ??= lines.split('\n');
		return this.prepareThoroughly(this.lastLines.split[line - first]);
	}

	sourcePatientIds(line: number): ((id: string) => string) | undefined {
		// A line that was not prepared has the payer's ids, one of which may be spelled as one of the plan's own.
		return this.lastLines.made[line - this.lastLines.first] && this.sourceIdOf;
	}

	/** Whether every Patient in `PreparedLine.ownPatients` is still known as the member's, after all files of the export were read. */
	get arePatientsOurs(): boolean {
		return [...this.replaced].every((id) => this.patients?.ownerById([id]).kind === 'ours');
	}

	private prepareThoroughly(line: string): PreparedResource | string {
		const prepared = prepareThoroughly(line.trim(), this.rules);
		const resource = prepared && tryParseJson(prepared.text);
		if (!prepared || !isObject(resource) || !isAsPrepared(resource, prepared.made, this.rules)) {
			return NOT_PREPARABLE;
		}
		return this.passOn(prepared.made, resource, prepared.text);
	}

	private passOn(made: PreparedLine, resource: IDataObject, text: string): PreparedResource {
		this.unreadable += made.unreadable;
		for (const id of made.ownPatients) this.replaced.add(id);
		return { resource, text, references: made.references };
	}

	private memberPatients(): string[] {
		const known = this.patients?.ours.slice(0, MAX_MEMBER_PATIENTS) ?? [];
		return [...new Set(known.map((id) => this.rules.patientIdOf(id, this.rules.ids.idOf('Patient', id))))];
	}

	private ownPatientOf(sourceId: string): string | undefined {
		const owner = this.patients?.ownerById([sourceId]);
		return owner?.kind === 'ours' ? this.own.idOf(owner.memberId) : undefined;
	}
}
