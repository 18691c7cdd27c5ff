import { codes, isDate, isText, listOf, type Element } from './elements';
import type { Checks } from './violations';

const BIRTH_SEX = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex';
const BIRTH_SEXES = ['F', 'M', 'ASKU', 'OTH', 'UNK'];

/**
 * By which version of HRex a request is judged. `both`: what either of them asks for; `1.0 strict`: the Patient's identifier
 * must have a system too, as HRex 1.0.0 has it from US Core 3.1.1.
 */
export type HrexVersion = '1.0' | '1.0 strict' | '1.2' | 'both';

export function checkPatient(patient: Element, checks: Checks, version: HrexVersion): void {
	const names = listOf(patient.name);
	const isComplete = ({ family, given }: Element) =>
		isText(family) && Array.isArray(given) && given.length > 0 && given.every(isText);
	checks.check('B7', 'a name with family and given', names.length > 0 && names.every(isComplete));
	checks.check('B7', 'birthDate is a date', isDate(patient.birthDate, /^\d{4}-\d{2}-\d{2}$/));
	const hasGender = ['male', 'female', 'other', 'unknown'].includes(String(patient.gender));
	const hasBirthSex = listOf(patient.extension).some(
		({ url, valueCode }) => url === BIRTH_SEX && BIRTH_SEXES.includes(String(valueCode)),
	);
	checks.check('B8', 'gender', hasGender || (version === '1.2' && hasBirthSex && !('gender' in patient)));
	checks.check(
		'B8',
		'an identifier with a value, and a system',
		version === '1.2' ||
			listOf(patient.identifier).some(
				({ system, value }) => isText(value) && (isText(system) || version !== '1.0 strict'),
			),
	);
	checks.check(
		'B9',
		'no UMB identifier',
		!listOf(patient.identifier).some(({ type }) => codes(type).some(([, code]) => code === 'UMB')),
	);
}
