import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf } from './json';

/**
 * Labels of protected data (`meta.security`; FHIR R4 "Security Labels", DS4P). Where a label stands, it binds; that none stands proves nothing:
 * no US rule makes a payer label what it sends.
 */

const CONFIDENTIALITY = [
	'http://terminology.hl7.org/CodeSystem/v3-Confidentiality',
	'http://hl7.org/fhir/v3/Confidentiality',
	'urn:oid:2.16.840.1.113883.5.25',
];
const ACT_CODES = [
	'http://terminology.hl7.org/CodeSystem/v3-ActCode',
	'http://hl7.org/fhir/v3/ActCode',
	'urn:oid:2.16.840.1.113883.5.4',
];
/** Systems whose labels say for what the data may be used, or how far it is to be trusted: nothing about how it is protected. */
const OF_OTHER_KINDS = [
	'http://terminology.hl7.org/CodeSystem/v3-ActReason',
	'http://hl7.org/fhir/v3/ActReason',
	'http://terminology.hl7.org/CodeSystem/v3-ObservationValue',
	'http://hl7.org/fhir/v3/ObservationValue',
];

/** Unrestricted to normal; restricted and very restricted data is protected. */
const OPEN_LEVELS = new Set(['U', 'L', 'M', 'N']);
const PROTECTED_LEVELS = new Set(['R', 'V']);
/**
 * Codes of ActCode that say how data is to be handled, whatever it tells: obligations and refrains. All others that stand as a label are of a
 * policy (42CFRPart2) or a sensitivity (ETH, HIV, PSY, SDV, …), parts of the resource that are labelled inside (PROCESSINLINELABEL) among them.
 */
const HANDLING = new Set(
	`ANONY AOD AUDIT AUDTR CPLYCC CPLYCD CPLYCUI CPLYJPP CPLYJSP CPLYOPP CPLYOSP CPLYPOL DECLASSIFYLABEL DEID DELAU DOWNGRDLABEL DRIVLABEL
	ENCRYPT ENCRYPTR ENCRYPTT ENCRYPTU HUAPRV LABEL MASK MINEC PERSISTLABEL PRIVMARK PSEUD REDACT UPGRDLABEL DPRV PRVSRV NOAUTH NOCOLLECT
	NODSCLCD NODSCLCDS NOINTEGRATE NOLIST NOMOU NOORGPOL NOPAT NOPERSISTP NORDSCLCD NORDSCLCDS NORDSCLW NORELINK NOREUSE NOVIP ORCON`.split(
		/\s+/,
	),
);

/** What the labels of a resource say of its protection. `unknown`: a label of a system or a level that is not known here. */
export type Protection = 'none' | 'protected' | 'unknown';

/** Reads the labels of a resource. */
export function protectionOf({ meta }: IDataObject): Protection {
	const labels = isObject(meta) ? labelsIn(meta.security) : NO_LABELS;
	if (labels.length === 0) return 'none';
	const all = labels.map(protectionBy);
	return all.includes('protected') ? 'protected' : all.includes('unknown') ? 'unknown' : 'none';
}

const NO_LABELS: IDataObject[] = [];

/** A single label that stands in no list counts too. */
function labelsIn(security: unknown): IDataObject[] {
	return isObject(security) ? [security] : objectsOf(security);
}

function protectionBy({ system, code }: IDataObject): Protection {
	const [of, value] = [String(system), String(code)];
	if (CONFIDENTIALITY.includes(of)) {
		return PROTECTED_LEVELS.has(value) ? 'protected' : OPEN_LEVELS.has(value) ? 'none' : 'unknown';
	}
	if (ACT_CODES.includes(of)) return HANDLING.has(value) || code === undefined ? 'none' : 'protected';
	return OF_OTHER_KINDS.includes(of) ? 'none' : 'unknown';
}
