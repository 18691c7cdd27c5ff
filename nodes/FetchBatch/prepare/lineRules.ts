import type { IdentifierWriter } from './identifiers';
import type { OwnIds, PayerReference } from './ownIds';
import type { TagWriter } from './sourceTags';

/** What is put in the place of what. */
export interface LineRules {
	ids: OwnIds;
	/** The id of ours that a reference to a Patient of the payer gets: that of the plan's own Patient, or the new one. */
	patientIdOf(sourceId: string, newId: string): string;
	/** The plan's own Patient that a Patient of the payer is linked with (`Patient.link`). */
	linkOf(sourceId: string): string | undefined;
	/** The Patients of the members, by ids of ours: in place of what stands for all that was sent. */
	memberPatients(): readonly string[];
	identifiers: IdentifierWriter;
	tags?: TagWriter;
}

/** A resource as it is written for the plan's own server. */
export interface PreparedLine {
	type: string;
	/** The payer's id, and ours. */
	sourceId: string;
	id: string;
	/** The resources of the payer that it refers to; not the plan's own Patient. */
	references: PayerReference[];
	/** References that are neither to a resource of this payer nor to a place of their own (contained, `urn:`, another host). */
	unreadable: number;
	/** Payer's ids of Patients in whose place the plan's own was put, or who were linked with it. */
	ownPatients: string[];
}
