import type { IDataObject } from 'n8n-workflow';
import { NPI_SYSTEM } from '../../shared/fhir/ids';
import { omitEmpty } from '../../shared/fhir/json';
import { tryParseUrl } from '../../shared/http/addresses';
import { tagCodings, type SourceTags } from './sourceTags';

/**
 * The Provenance of a plan that takes in what another sent (PDex 2.2, pdex-11: "as the new custodian"), by the profile pdex-provenance. One for
 * each Bundle, whose resources are its targets.
 */

const PROFILE = 'http://hl7.org/fhir/us/davinci-pdex/StructureDefinition/pdex-provenance';
const URI = 'urn:ietf:rfc:3986';

/** A health plan. */
export interface Plan {
	name?: string;
	npi?: string;
	/** Its address, for a plan without an NPI. */
	address?: string;
}

/** What a Provenance tells. */
export interface ProvenanceFacts {
	sourceExport: string;
	/** Places of the file in the export and of the Bundle in the file, from 1. */
	batch: number;
	bundle: number;
	batchCount?: number;
	jobId?: string;
	/** `Type/id` of what was taken in. */
	targets: readonly string[];
	/** When the file was fetched (ISO 8601). */
	recorded: string;
	custodian: Plan;
	transmitter: Plan;
	/** Address of the file; what could give access to it is left out. */
	fileUrl?: string;
	/** SHA-256 of the file as it came. */
	sha256?: string;
	tags?: SourceTags;
}

export function provenanceId({ sourceExport, batch, bundle }: ProvenanceFacts): string {
	return `p2p-${sourceExport}-${batch}-${bundle}`;
}

/** Makes the Provenance of one Bundle. */
export function custodianProvenance(facts: ProvenanceFacts): IDataObject {
	const { targets, recorded, custodian, transmitter, tags } = facts;
	return {
		resourceType: 'Provenance',
		id: provenanceId(facts),
		meta: {
			...(tags && { source: tags.metaSource }),
			profile: [PROFILE],
			...(tags && { tag: tagCodings(tags, undefined) }),
		},
		target: targets.map((reference) => ({ reference })),
		recorded,
		reason: [coded('http://terminology.hl7.org/CodeSystem/v3-ActReason', 'RECORDMGT')],
		activity: coded('http://terminology.hl7.org/CodeSystem/v3-DataOperation', 'APPEND'),
		agent: [
			{
				type: coded('http://terminology.hl7.org/CodeSystem/provenance-participant-type', 'custodian'),
				who: referenceTo(custodian),
			},
			{
				type: coded(
					'http://hl7.org/fhir/us/core/CodeSystem/us-core-provenance-participant-type',
					'transmitter',
				),
				who: referenceTo(transmitter),
			},
		],
		entity: [sourceOf(facts)],
	};
}

function sourceOf({ fileUrl, jobId, batch, batchCount, sha256 }: ProvenanceFacts): IDataObject {
	const value = withoutAccess(fileUrl);
	const file = batchCount === undefined ? `file ${batch}` : `file ${batch} of ${batchCount}`;
	const display = [jobId && `export job ${jobId}`, file, sha256 && `SHA-256 ${sha256}`]
		.filter(Boolean)
		.join(', ');
	return {
		extension: [
			{
				url: 'http://hl7.org/fhir/us/davinci-pdex/StructureDefinition/ProvenanceSourceFrom',
				valueCodeableConcept: coded(
					'http://hl7.org/fhir/us/davinci-pdex/CodeSystem/ProvenancePayerDataSource',
					'hl7fhirr4',
				),
			},
		],
		role: 'source',
		what: omitEmpty<IDataObject>({
			identifier: value === undefined ? undefined : { system: URI, value },
			display,
		}),
	};
}

/** A file's address can hold what opens it, in its query. */
function withoutAccess(address: string | undefined): string | undefined {
	const url = tryParseUrl(address ?? '');
	return url && `${url.origin}${url.pathname}`;
}

/** By identifier, so that it leads nowhere where the server has no Organization of the plan. */
function referenceTo({ name, npi, address }: Plan): IDataObject {
	const identifier =
		npi !== undefined ? { system: NPI_SYSTEM, value: npi } : address && { system: URI, value: address };
	return omitEmpty<IDataObject>({ identifier: identifier || undefined, display: name });
}

function coded(system: string, code: string): IDataObject {
	return { coding: [{ system, code }] };
}
