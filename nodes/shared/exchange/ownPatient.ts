import type { IDataObject } from 'n8n-workflow';
import { idText } from '../fhir/json';
import { columnKey } from './columnKey';

const OWN_PATIENT = columnKey('ownPatientId');

/** The plan's own Patient that a row of the roster names in its column `ownPatientId`, in any spelling; empty if it names none. */
export function ownPatientInRow(json: IDataObject): { ownPatientId?: string } {
	const column = Object.keys(json).find((name) => columnKey(name) === OWN_PATIENT);
	const ownPatientId = column === undefined ? undefined : idText(json[column]);
	return ownPatientId === undefined ? {} : { ownPatientId };
}
