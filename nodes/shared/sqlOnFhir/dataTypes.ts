import { isResourceType } from '../fhir/resourceTypes';

/**
 * The names of FHIR R4 (4.0.1) that FHIRPath needs and JSON does not tell. This is no model of FHIR: it says which types there are, and
 * which elements can have several.
 */

/** The JSON type of each primitive type. */
export const PRIMITIVE_TYPES: ReadonlyMap<string, 'string' | 'number' | 'boolean'> = new Map([
	['boolean', 'boolean'],
	...['decimal', 'integer', 'positiveInt', 'unsignedInt'].map((name) => [name, 'number'] as const),
	...`base64Binary canonical code date dateTime id instant integer64 markdown oid string time uri url uuid xhtml`
		.split(' ')
		.map((name) => [name, 'string'] as const),
]);

const COMPLEX_TYPES =
	`Address Age Annotation Attachment CodeableConcept Coding ContactDetail ContactPoint Contributor Count DataRequirement
	Distance Dosage Duration Expression HumanName Identifier Meta Money ParameterDefinition Period Quantity Range Ratio
	Reference RelatedArtifact SampledData Signature Timing TriggerDefinition UsageContext`.split(/\s+/);

/** Types of elements that never stand behind the name of one, but can be asked for. */
const OTHER_TYPES =
	`BackboneElement CodeableReference DomainResource Element ElementDefinition Extension MarketingStatus Narrative Population
	ProdCharacteristic ProductShelfLife Resource SubstanceAmount`.split(/\s+/);

const KNOWN_TYPES = new Set([...PRIMITIVE_TYPES.keys(), ...COMPLEX_TYPES, ...OTHER_TYPES]);

/** Whether FHIR has a type of this name: primitive, complex, or a resource of R4. */
export function isFhirType(type: string): boolean {
	return KNOWN_TYPES.has(type) || isResourceType(type);
}

/** What stands behind the name of an element of several types, e.g. `Quantity` in `valueQuantity`. */
const CHOICES = [...PRIMITIVE_TYPES.keys(), ...COMPLEX_TYPES].map(capitalized);

/**
 * All elements of R4 that can have several types (`value[x]`). A name that is not among them is never completed: `preAuthRef` of an
 * ExplanationOfBenefit without one is not its `preAuthRefPeriod`.
 */
const CHOICE_ELEMENTS = new Set(
	`abatement additive age allowed amount answer asNeeded author born bounds characteristic chargeItem code collected
	content created date deceased defaultValue definingSubstance definition detail diagnosis dose doseNumber due duration
	effective entity event example fastingStatus fixed identified indication instances item legallyBinding location
	manufacturer maxValue medication minValue minimumVolume module multipleBirth name occurred occurrence offset onset
	participantEffective pattern performed probability procedure product quantity rate reported scheduled seriesDoses
	serviced source start statusReason studyEffective subject substance target time timing topic used value when`.split(
		/\s+/,
	),
);

/** The JSON names that an element of several types can have; undefined for other elements. */
export function choiceKeys(name: string): ReadonlySet<string> | undefined {
	return CHOICE_ELEMENTS.has(name) ? new Set(CHOICES.map((type) => name + type)) : undefined;
}

/** The JSON name of an element of several types where it has this one, e.g. `valueQuantity`. */
export function choiceKey(name: string, type: string): string {
	return name + capitalized(type);
}

/** The name of a type without its address or namespace: of `http://hl7.org/fhir/StructureDefinition/code` or `FHIR.code`, `code`. */
export function plainType(type: string): string {
	return type.slice(Math.max(type.lastIndexOf('/'), type.lastIndexOf('.')) + 1);
}

function capitalized(type: string): string {
	return type.charAt(0).toUpperCase() + type.slice(1);
}
