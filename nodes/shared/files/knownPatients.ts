import type { ExportMember } from '../exchange/exportMembers';
import type { HashedPerson } from '../exchange/personHashes';
import { linksOf, patientsThatFit, type PatientFacts } from './patientFacts';

/** A member whose data was asked for. */
export interface AskedMember extends ExportMember {
	/** Names and birth date, hashed. */
	person?: HashedPerson;
}

/** Ids of Patients that an earlier step found out about the whole export. */
export interface FoundBefore {
	ours: readonly string[];
	related: readonly string[];
}

/** What is known after the Patients are read. */
export interface KnownPatients {
	/** Members by patient id. */
	ours: Map<string, ExportMember>;
	/** Ids of those who pay for one of ours. */
	related: Set<string>;
	/** Every member who was asked for has a patient id. */
	isComplete: boolean;
	/** Ids of whom nothing is known; made when first needed. */
	unknown?: string[];
}

/** Decides from all that the files said which Patients are those of the members. */
export function knownPatients(
	members: readonly AskedMember[],
	{ patients, others, payers }: PatientFacts,
	found: FoundBefore,
): KnownPatients {
	const ours = new Map<string, ExportMember>();
	const conflicts = new Set<string>();
	const came = new Set(patients.map(({ id }) => id));
	const linked = linksOf(patients);
	const fitting = patientsThatFit(patients);
	const foundByMember = members.length === 1 ? found.ours : [];
	let told = 0;
	members.forEach((member, index) => {
		const fits = [...allLinked(fitting.get(index) ?? [], linked), ...foundByMember];
		const ids = idsOf(member, fits, came).filter((id) => !others.has(id));
		// An id of the match that is not believed leaves nobody to look for.
		if (ids.length > 0 || member.patientId !== undefined) told += 1;
		for (const id of ids) {
			if (ours.has(id) && ours.get(id)?.memberId !== member.memberId) conflicts.add(id);
			ours.set(id, member);
			for (const each of linked.get(id) ?? []) {
				if (!others.has(each) && !ours.has(each)) ours.set(each, member);
			}
		}
	});
	// Who is two of our members cannot be told.
	for (const id of conflicts) ours.delete(id);
	const paying = payers.filter(({ beneficiary }) => ours.has(beneficiary)).map(({ payer }) => payer);
	return {
		ours,
		related: new Set([...paying, ...found.related]),
		isComplete: conflicts.size === 0 && told === members.length,
	};
}

/** The patient id of the match; where the export has no such Patient, or the match named none, the one who fits. */
function idsOf(
	{ patientId }: AskedMember,
	fits: readonly string[],
	came: ReadonlySet<string>,
): readonly string[] {
	if (patientId === undefined) return fits;
	return came.has(patientId) ? [patientId] : [patientId, ...fits];
}

/** The first of the Patients who fit. Several who are not linked with each other tell nobody. */
function allLinked(fitting: readonly string[], linked: ReadonlyMap<string, ReadonlySet<string>>): string[] {
	const [first, ...rest] = fitting;
	return first !== undefined && rest.every((id) => linked.get(first)?.has(id)) ? [first] : [];
}
