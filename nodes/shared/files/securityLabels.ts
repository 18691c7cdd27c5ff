import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf, textOf } from '../fhir/json';

/** Labels of `meta.security` that mark a resource as specially protected. No rule asks for labels: none proves nothing. */

/** Restricted and very restricted. */
const CONFIDENTIALITY = new Set(['R', 'V']);
/**
 * The law of substance use records, the sensitivity of information (R4, value set v3-InformationSensitivityPolicy), and the mark of a resource of
 * which parts are labelled (DS4P).
 */
const ACT_CODES = new Set(
	(
		'42CFRPart2 PROCESSINLINELABEL ETH GDIS HIV MST PREGNANT SCA SDV SEX SPI BH COGN DVD EMOTDIS MH PSY PSYTHPN SUD ETHUD OPIOIDUD ' +
		'STD TBOO VIO IDS SICKLE'
	).split(' '),
);
/** The older addresses of the code systems begin in another way. */
const SYSTEM = /\/(?:CodeSystem\/v3-|v3\/)(Confidentiality|ActCode)$/;

/** Whether a label says that a resource is specially protected. */
export function isProtected({ meta }: IDataObject): boolean {
	if (!isObject(meta)) return false;
	return objectsOf(meta.security).some(({ system, code }) => {
		const [, list] = SYSTEM.exec(textOf(system) ?? '') ?? [];
		const codes = list === 'Confidentiality' ? CONFIDENTIALITY : list === 'ActCode' ? ACT_CODES : undefined;
		return codes?.has(textOf(code) ?? '') ?? false;
	});
}
