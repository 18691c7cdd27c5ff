/** How many identifiers the types of R4 have, where it is not any number of them. */
const SINGLE = new Set(['AdverseEvent', 'Bundle', 'Composition', 'QuestionnaireResponse']);
const NONE = new Set(['AuditEvent', 'Binary', 'MedicationKnowledge', 'Provenance']);

/** Whether a resource type has a list of identifiers, a single one, or none (R4). */
export function identifiersOf(type: string): 'list' | 'single' | 'none' {
	return NONE.has(type) ? 'none' : SINGLE.has(type) ? 'single' : 'list';
}

/** Writes the payer's id of a resource as an Identifier of ours. */
export class IdentifierWriter {
	private readonly beginnings = new Map<string, string>();

	/** @param base begins the system: a slash and the type follow */
	constructor(private readonly base: string) {}

	/** JSON text. */
	identifier(type: string, sourceId: string): string {
		let beginning = this.beginnings.get(type);
		if (beginning === undefined) {
			const json = JSON.stringify({
				use: 'secondary',
				type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'RI' }] },
				system: `${this.base}/${type}`,
			});
			beginning = `${json.slice(0, -1)},"value":`;
			this.beginnings.set(type, beginning);
		}
		return `${beginning}${JSON.stringify(sourceId)}}`;
	}
}
