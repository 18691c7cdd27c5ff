import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { FHIR_ID_PATTERN } from '../../shared/fhir/ids';
import { idText, isObject, textOf } from '../../shared/fhir/json';
import { isNpi } from '../../shared/fhir/npi';
import { tryParseUrl } from '../../shared/http/addresses';
import { findingsError, type Finding } from '../../shared/n8n/findings';
import { optionsOf } from '../../shared/n8n/parameters';
import { MAX_PREFIX_CHARS, PREFIX_PATTERN } from './ownIds';

/** The settings of Prepare For My Server for one item. */
export interface PrepareSettings {
	idPrefix?: string;
	/** References to the member lead to the plan's own Patient. */
	isOwnReferred: boolean;
	/** As entered; else it is read from the item. */
	ownPatientId?: string;
	/** Begins the systems of the tags; undefined for no tags. */
	tagAddress?: string;
	/** The plan that takes the data in; undefined for no Provenance. */
	custodian?: { name: string; npi?: string };
}

const LABEL = 'Prepare For My Server';

/** Reads the option; undefined if it was not added. @throws ExchangeError for settings that cannot be used, before anything is fetched */
export function readPrepareSettings(
	context: IExecuteFunctions,
	itemIndex: number,
): PrepareSettings | undefined {
	const { prepare } = optionsOf(context, itemIndex);
	if (!isObject(prepare) || !isObject(prepare.settings)) return undefined;
	const given = prepare.settings;
	const idPrefix = idText(given.idPrefix);
	const [ownAddress, name, npi] = [textOf(given.ownAddress), textOf(given.ownName), idText(given.ownNpi)];
	const ownPatientId = ownPatientIdIn(given.ownPatientId);
	const [isTagged, isRecorded] = [given.sourceTags !== false, given.provenance !== false];
	const findings: Finding[] = [];
	const tell = (field: string, says: string) =>
		findings.push({ parameter: 'options', says: `'${LABEL}: ${field}' ${says}` });
	if (idPrefix !== undefined && !PREFIX_PATTERN.test(idPrefix)) {
		tell(
			'ID Prefix',
			`can have at most ${MAX_PREFIX_CHARS} letters, digits, dots and dashes, and begins with a letter or digit`,
		);
	}
	if (isTagged && !isAddress(ownAddress)) {
		tell(
			'Address of Your Plan',
			'must be an address such as https://plan.example, since the source tags begin with it',
		);
	}
	if (isRecorded && name === undefined) {
		tell('Name of Your Plan', 'is empty, and the Provenance names the plan that takes the data in');
	}
	if (npi !== undefined && !isNpi(npi)) tell('NPI of Your Plan', 'is no National Provider Identifier');
	if (ownPatientId === null) tell('Own Patient ID', 'is no id of a FHIR resource');
	if (findings.length > 0) throw findingsError('The request', findings);
	return {
		idPrefix,
		isOwnReferred: given.memberPatient !== 'payer',
		ownPatientId: ownPatientId ?? undefined,
		tagAddress: isTagged ? ownAddress : undefined,
		custodian: isRecorded && name !== undefined ? { name, npi } : undefined,
	};
}

/** The id of the plan's own Patient in a field or a column; null if what stands there is no id. `Patient/` before it is left out. */
export function ownPatientIdIn(value: unknown): string | null | undefined {
	const text = idText(value)?.replace(/^Patient\//, '');
	if (text === undefined) return undefined;
	return FHIR_ID_PATTERN.test(text) ? text : null;
}

/** The plan's own Patients that an item names, by member ID. @throws ExchangeError for one that is no id */
export function ownPatientsOf(item: IDataObject, members: readonly IDataObject[]): Map<unknown, string> {
	const own = new Map<unknown, string>();
	for (const { memberId, ownPatientId } of members.length > 0 ? members : [item]) {
		const id = ownPatientIdIn(ownPatientId);
		if (id === null) {
			throw findingsError('The request', [
				{ parameter: 'options', says: "the column 'ownPatientId' holds no id of a FHIR resource" },
			]);
		}
		if (id !== undefined) own.set(memberId, id);
	}
	if (new Set(own.values()).size < own.size) {
		throw findingsError('The request', [
			{ parameter: 'options', says: "the column 'ownPatientId' has one ID for several members" },
		]);
	}
	return own;
}

function isAddress(text: string | undefined): boolean {
	const url = tryParseUrl(text ?? '');
	return url !== undefined && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '';
}
