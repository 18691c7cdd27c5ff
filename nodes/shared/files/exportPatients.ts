import type { IDataObject } from 'n8n-workflow';
import { listedMembers, type ExportMember } from '../exchange/exportMembers';
import { namingElement, patientIdsOf, UNREADABLE } from '../exchange/patientReferences';
import { personOf } from '../exchange/person';
import { HashedPerson } from '../exchange/personHashes';
import { idText, isObject, tryParseJson } from '../fhir/json';
import { knownPatients, type AskedMember, type FoundBefore, type KnownPatients } from './knownPatients';
import { addUnknown, linksIn, MAX_PATIENTS, newFacts, readPayers, type PatientFacts } from './patientFacts';

/** Whose a resource is. `undecided`: it can be told only when all Patients of the export are known. */
export type Owner =
	| { kind: 'ours'; memberId?: IDataObject[string]; patientId: string }
	| { kind: 'other' | 'undecided' | 'unknown'; patientId: string }
	/** It names somebody in a way that cannot be read. */
	| { kind: 'unreadable' }
	| { kind: 'nobody' };

type SourceId = (id: string) => string;

/** Comparisons of a Patient with the members of an export. An export of everybody is not compared with everybody. */
const MAX_COMPARISONS = 200_000;

/**
 * The Patients of one export: which of them were asked for. In this order: the patient id of the match; else the one Patient whose names
 * and birth date fit the hashes of the item; else nobody is known. A Patient who is linked with one of ours is ours too, unless the
 * birth date differs. An id of the match whose Patient has another birth date is not believed.
 */
export class ExportPatients {
	private readonly members: AskedMember[];
	private readonly facts: PatientFacts = newFacts();
	private readonly knownFacts = new Set<string>();
	private readonly indexByPatient = new Map<string, number>();
	private readonly indexesWithoutPatient: number[] = [];
	/** Whether there is anything to tell a Patient by: an id of the match, or hashes. */
	private readonly canTell: boolean;
	private readonly found: FoundBefore;
	private comparisons = 0;
	/** Made when first needed after the Patients are read. */
	private known?: KnownPatients;
	/** One list for all files of the export. */
	private membersFound?: IDataObject[];
	/** How the last resource named our patient: most of a file do it in the same way. */
	private last?: {
		resourceType: unknown;
		element: string;
		reference: unknown;
		sourceId: SourceId;
		owner: Owner;
	};

	/** @param item an item with the envelope of the export */
	constructor(item: IDataObject) {
		const { memberId, patientId, groupId, personHashes } = item;
		const listed = listedMembers(item) ?? [{ memberId, patientId, personHashes }];
		this.members = listed
			.map((each) => ({
				memberId: each.memberId,
				patientId: idText(each.patientId),
				person: HashedPerson.read(each.personHashes, {
					memberId: each.memberId,
					groupId,
					patientId: each.patientId,
				}),
			}))
			.filter((each) => each.memberId !== undefined || each.patientId !== undefined);
		this.canTell = this.members.some(
			({ patientId, person }) => patientId !== undefined || person !== undefined,
		);
		this.members.forEach(({ patientId }, index) => {
			if (patientId === undefined) this.indexesWithoutPatient.push(index);
			else this.indexByPatient.set(patientId, index);
		});
		// What an earlier step has found out about the whole export (`withFoundPatients`).
		this.found = { ours: idsIn(item.ourPatientIds), related: idsIn(item.relatedPatientIds) };
	}

	/** Whether somebody was asked for, so that there is something to compare. */
	get isAsked(): boolean {
		return this.members.length > 0;
	}

	/**
	 * Whose a resource is, by what is known of the Patients so far.
	 * @param facts collects what the file says
	 * @param sourceId the payer's id of a Patient, where the resource names them by others
	 */
	ownerOf(resource: IDataObject, facts: PatientFacts, sourceId: SourceId = asItIs): Owner {
		const { last } = this;
		// The same reference may name two: a payer's id can be spelled as one of the plan's own.
		if (last && last.resourceType === resource.resourceType && last.sourceId === sourceId) {
			const value = resource[last.element];
			if (isObject(value) && value.reference === last.reference) return last.owner;
		}
		const ids = patientIdsOf(resource).map(sourceId);
		if (ids.length === 0 || !this.isAsked) return { kind: 'nobody' };
		if (resource.resourceType === 'Patient') return this.readPatient(resource, ids[0], facts);
		const owner = resource.resourceType === 'Group' ? this.ownerOfAll(ids) : this.ownerById(ids);
		if (owner.kind === 'ours') this.remember(resource, owner, sourceId);
		if (owner.kind === 'unknown') addUnknown(facts, owner.patientId);
		if (resource.resourceType === 'Coverage' && owner.kind !== 'other')
			readPayers(resource, ids[0], facts, sourceId);
		return owner;
	}

	/** Adds what a completely read file says. */
	add(facts: PatientFacts): void {
		for (const fact of facts.patients) {
			if (this.knownFacts.has(fact.id) || this.knownFacts.size >= MAX_PATIENTS) continue;
			this.knownFacts.add(fact.id);
			this.facts.patients.push(fact);
		}
		for (const id of facts.others) if (this.facts.others.size < MAX_PATIENTS) this.facts.others.add(id);
		for (const each of facts.payers)
			if (this.facts.payers.length < MAX_PATIENTS) this.facts.payers.push(each);
		for (const [id, count] of facts.unknown) addUnknown(this.facts, id, count);
		const { patients, others, payers, unknown } = facts;
		if (patients.length + others.size + payers.length + unknown.size === 0) return;
		this.known = undefined;
		this.last = undefined;
	}

	/** Whose a resource that names these patients is: ours if one of them is, nobody's if it names none. */
	ownerById(ids: readonly string[]): Owner {
		if (ids.length === 0) return { kind: 'nobody' };
		if (ids.every((id) => id === UNREADABLE)) return { kind: 'unreadable' };
		const { ours, isComplete } = this.knownPatients();
		for (const patientId of ids) {
			const member = ours.get(patientId);
			if (member) return { kind: 'ours', memberId: member.memberId, patientId };
		}
		const patientId = ids.find((id) => !this.facts.others.has(id) && id !== UNREADABLE);
		if (patientId === undefined || isComplete) return { kind: 'other', patientId: ids[0] };
		return { kind: 'unknown', patientId };
	}

	/** The same of a list of members: it is ours only if it names nobody else. */
	private ownerOfAll(ids: readonly string[]): Owner {
		const owners = ids.map((id) => this.ownerById([id]));
		return owners.find(({ kind }) => kind === 'other') ?? this.ownerById(ids);
	}

	/** Whether there is anything by which later files may tell whose a resource is. */
	get mayStillTell(): boolean {
		return this.canTell && !this.knownPatients().isComplete;
	}

	/** Ids of the Patients who are known as members who were asked for. */
	get ours(): string[] {
		return [...this.knownPatients().ours.keys()];
	}

	/** Whether a Patient pays for one of ours, as subscriber or policy holder. */
	isRelated(patientId: string): boolean {
		return this.knownPatients().related.has(patientId);
	}

	/** Ids of the patients of whom nothing is known, if a member who was asked for is none of the known ones. */
	unknownPatients(): string[] {
		const known = this.knownPatients();
		if (known.isComplete) return [];
		const { patients, others, unknown } = this.facts;
		known.unknown ??= [...new Set([...unknown.keys(), ...patients.map(({ id }) => id)])].filter(
			(id) => !known.ours.has(id) && !others.has(id),
		);
		return known.unknown;
	}

	/**
	 * The columns by which a later step, which sees one file only, knows the Patients of the whole export. An id of the match that was not
	 * believed is taken out, with the member ID.
	 */
	foundJson(item: IDataObject): IDataObject {
		const { ours, related } = this.knownPatients();
		const relatedPatientIds = related.size > 0 ? { relatedPatientIds: [...related] } : {};
		if (listedMembers(item)) {
			this.membersFound ??= membersWithPatients(item, ours);
			return { ...item, members: this.membersFound, ...relatedPatientIds };
		}
		const [first, ...others] = ours.keys();
		const { memberId, patientId, ...rest } = item;
		void memberId;
		if (first === undefined) return patientId === undefined ? item : rest;
		const ourPatientIds = others.length > 0 ? { ourPatientIds: [...ours.keys()] } : {};
		return { ...item, patientId: patientId ?? first, ...ourPatientIds, ...relatedPatientIds };
	}

	private remember(resource: IDataObject, owner: Owner & { kind: 'ours' }, sourceId: SourceId): void {
		const { resourceType } = resource;
		const element = namingElement(resource, (id) => sourceId(id) === owner.patientId);
		const value = element === undefined ? undefined : resource[element];
		if (element === undefined || !isObject(value)) return;
		this.last = { resourceType, element, reference: value.reference, sourceId, owner };
	}

	private readPatient(resource: IDataObject, id: string, facts: PatientFacts): Owner {
		if (!this.canTell) {
			addUnknown(facts, id);
			return { kind: 'unknown', patientId: id };
		}
		const candidates = this.candidates(id);
		const found = personOf(resource);
		const verdicts = candidates.flatMap((index) => {
			const { person } = this.members[index];
			if (!person || this.comparisons >= MAX_COMPARISONS) return [];
			this.comparisons += 1;
			return [{ index, verdict: person.judge(found).verdict }];
		});
		const isOther =
			verdicts.length > 0 &&
			verdicts.length === candidates.length &&
			verdicts.every(({ verdict }) => verdict === 'other');
		if (isOther) {
			if (facts.others.size < MAX_PATIENTS) facts.others.add(id);
			return { kind: 'other', patientId: id };
		}
		if (facts.patients.length >= MAX_PATIENTS) return { kind: 'other', patientId: id };
		const fits = verdicts.filter(({ verdict }) => verdict === 'same').map(({ index }) => index);
		facts.patients.push({ id, links: linksIn(resource), fits });
		// The match named him, and nothing speaks against it.
		const named = this.indexByPatient.get(id);
		if (named !== undefined && !this.facts.others.has(id)) {
			return { kind: 'ours', memberId: this.members[named].memberId, patientId: id };
		}
		return { kind: 'undecided', patientId: id };
	}

	/** The members that a Patient can be. Where there is one member only, he is compared whatever the match named. */
	private candidates(patientId: string): number[] {
		if (this.members.length === 1) return [0];
		const index = this.indexByPatient.get(patientId);
		return index === undefined ? this.indexesWithoutPatient : [index];
	}

	private knownPatients(): KnownPatients {
		this.known ??= knownPatients(this.members, this.facts, this.found);
		return this.known;
	}
}

function asItIs(id: string): string {
	return id;
}

/** The list of members, each with the patient id that was found for it. */
function membersWithPatients(item: IDataObject, ours: ReadonlyMap<string, ExportMember>): IDataObject[] {
	const found = new Map([...ours].map(([patientId, { memberId }]) => [memberId, patientId]));
	return (listedMembers(item) ?? []).map((member) => {
		const patientId = member.patientId ?? found.get(member.memberId);
		return patientId === undefined ? member : { ...member, patientId };
	});
}

/** A list of ids of an item, also as the text that a table makes of it. */
function idsIn(value: unknown): string[] {
	const list = typeof value === 'string' ? tryParseJson(value) : value;
	return Array.isArray(list) ? list.slice(0, MAX_PATIENTS).flatMap((id) => idText(id) ?? []) : [];
}
