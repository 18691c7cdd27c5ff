import { GROUP_ID_PATTERN } from '../../fhir/ids';
import { isObject, objectsOf, textOf } from '../../fhir/json';
import { queryString, type PayerRequest, type Query } from '../../http/request';
import { ExchangeError } from '../../n8n/exchangeError';
import type { ExportSubject } from '../payer';
import { DAVINCI_EXPORT, PLAIN_EXPORT } from './presets';
import type { StandardSettings } from './settings';

export const RESPOND_ASYNC = { Prefer: 'respond-async' };

/** All data of one patient, as a Bundle in pages (FHIR R4, Patient). */
const EVERYTHING = '$everything';

/**
 * The request that starts an export, or gives all data of a patient at once, according to the settings and the capability statement.
 * @throws ExchangeError if the payer cannot export this subject
 */
export function kickOffRequest(
	settings: StandardSettings,
	subject: ExportSubject,
	query: Query,
	capabilities: unknown,
): PayerRequest {
	const { fhirBase, mediaType, kickOff, prefer } = settings;
	if (settings.level === 'patientEverything') {
		const url = `${fhirBase}/${exportPath(settings, subject, false)}${EVERYTHING}${queryString(query)}`;
		return { method: 'GET', url, headers: { Accept: mediaType } };
	}
	const isGroup = isGroupExport(settings, subject);
	const operation = operationFor(settings, isGroup, capabilities);
	const url = `${fhirBase}/${exportPath(settings, subject, isGroup)}${operation}`;
	const isDaVinci = operation === DAVINCI_EXPORT;
	const parameters: Query =
		isDaVinci && settings.exportType ? [['exportType', settings.exportType], ...query] : [...query];
	// `patient` is only allowed in a body (Bulk Data 2, "Query Parameters").
	const isPost =
		kickOff === 'post' ||
		kickOff === 'postV4' ||
		(kickOff === 'auto' && (isDaVinci || parameters.some(isPatientParameter)));
	if (!isPost && parameters.some(isPatientParameter)) {
		throw new ExchangeError(`The export request cannot be sent: 'patient' can only be sent by POST`, {
			whatToDo: `Set 'Start Exports By' of the credential to POST, or leave the patients out. Nothing was sent to the payer.`,
		});
	}
	const headers = { Accept: mediaType, ...(prefer && RESPOND_ASYNC) };
	if (!isPost) return { method: 'GET', url: url + queryString(parameters), headers };
	const body = { resourceType: 'Parameters', parameter: toParameters(parameters, kickOff === 'postV4') };
	return { method: 'POST', url, headers: { 'Content-Type': mediaType, ...headers }, body };
}

function isPatientParameter([name]: [string, string]): boolean {
	return name === 'patient';
}

/** Parameters whose type is not string (Bulk Data 2 and 3, "Query Parameters"; ATR 2.1, `$davinci-data-export`). */
const VALUE_TYPES: Record<string, 'valueInstant' | 'valueBoolean' | 'valueCanonical' | 'valueReference'> = {
	_since: 'valueInstant',
	_until: 'valueInstant',
	allowPartialManifests: 'valueBoolean',
	exportType: 'valueCanonical',
	patient: 'valueReference',
};
/** List parameters: comma-separated in Bulk Data 1 to 3, repeated in 4. */
const LIST_PARAMETERS = ['_type', '_elements', 'includeAssociatedData'];

function toParameters(query: Query, isV4: boolean): fhir4.ParametersParameter[] {
	return query.flatMap(([name, value]): fhir4.ParametersParameter[] => {
		const type = VALUE_TYPES[name];
		if (type === 'valueReference') return [{ name, valueReference: { reference: value } }];
		if (type === 'valueBoolean') return [{ name, valueBoolean: value === 'true' }];
		if (type !== undefined) return [{ name, [type]: value }];
		const values = isV4 && LIST_PARAMETERS.includes(name) ? value.split(',') : [value];
		return values.map((valueString) => ({ name, valueString }));
	});
}

function isGroupExport({ level }: StandardSettings, { groupId, patientId }: ExportSubject): boolean {
	if (level === 'auto') return groupId !== undefined || patientId === undefined;
	return level === 'group';
}

function exportPath(
	{ level }: StandardSettings,
	{ groupId, patientId }: ExportSubject,
	isGroup: boolean,
): string {
	if (level === 'patientType') return 'Patient/';
	const [type, id, label] = isGroup ? ['Group', groupId, 'Group ID'] : ['Patient', patientId, 'Patient ID'];
	if (id !== undefined && GROUP_ID_PATTERN.test(id)) return `${type}/${encodeURIComponent(id)}/`;
	throw new ExchangeError(
		`The export request cannot be sent: '${label}' is ${id === undefined ? 'empty' : 'no id'}`,
		{
			whatToDo: `Connect the Matched output of Member Match, or enter the '${label}'. Which one this payer exports by is set in the credential ('Export Level'). Nothing was sent to the payer.`,
		},
	);
}

function operationFor(settings: StandardSettings, isGroup: boolean, capabilities: unknown): string {
	const { exportOperation } = settings;
	if (exportOperation === DAVINCI_EXPORT || exportOperation === PLAIN_EXPORT) return exportOperation;
	// PDex defines $davinci-data-export for groups only.
	if (!isGroup) return PLAIN_EXPORT;
	if (exportOperation === 'davinciForGroups') return DAVINCI_EXPORT;
	const offered = offeredOperations(capabilities);
	if (offered === undefined || offered.includes(DAVINCI_EXPORT.slice(1))) return DAVINCI_EXPORT;
	if (offered.some((name) => ['export', 'group-export'].includes(name))) return PLAIN_EXPORT;
	throw new ExchangeError('The payer does not state that it exports groups', {
		whatToDo: `Its capability statement (metadata) names neither ${DAVINCI_EXPORT} nor ${PLAIN_EXPORT}. If the payer says that it has one of them, set 'Export Operation' in the credential. Nothing was started.`,
		concerns: 'run',
	});
}

/**
 * Names of the operations in a capability statement, for the server and for any resource (FHIR R4
 * CapabilityStatement.rest.operation, .rest.resource.operation): by name, and by the last segment of their definition.
 * @returns undefined if it is not a capability statement, or lists no operations at all
 */
function offeredOperations(capabilities: unknown): string[] | undefined {
	if (!isObject(capabilities) || capabilities.resourceType !== 'CapabilityStatement') return undefined;
	const operations = objectsOf(capabilities.rest).flatMap((rest) => [
		...objectsOf(rest.operation),
		...objectsOf(rest.resource).flatMap(({ operation }) => objectsOf(operation)),
	]);
	if (operations.length === 0) return undefined;
	return operations.flatMap(({ name, definition }) => {
		const last = textOf(definition)?.split('|')[0].split('/').at(-1);
		return [textOf(name)?.replace(/^\$/, ''), last].filter((each) => each !== undefined);
	});
}
