import { objectsOf } from '../../shared/fhir/json';
import { textIn, type FinishingColumn } from './finishingColumn';

const SEXES: ReadonlyMap<unknown, string> = new Map([
	['F', 'female'],
	['M', 'male'],
	['female', 'female'],
	['male', 'male'],
]);

/** The OMB categories of race and the two codes for none, in the words of the Tuva input layer. */
const RACES: ReadonlyMap<unknown, string> = new Map([
	['1002-5', 'american indian or alaska native'],
	['2028-9', 'asian'],
	['2054-5', 'black or african american'],
	['2076-8', 'native hawaiian or other pacific islander'],
	['2106-3', 'white'],
	['2131-1', 'other race'],
	['ASKU', 'asked but unknown'],
	['UNK', 'unknown'],
]);
const US_CORE_RACE = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-race';

/** Finishing columns of the table patient. */
export const patient: FinishingColumn[] = [
	{
		name: 'sex',
		type: 'string',
		description:
			'female, male or unknown: the sex at birth where the payer sent it, else the administrative gender.',
		value: (row) => SEXES.get(row.birth_sex) ?? SEXES.get(row.gender) ?? 'unknown',
	},
	{
		name: 'race',
		type: 'string',
		description: 'Race in the words of Tuva; empty where there are several or none (extension us-core-race).',
		value(row, { extension }) {
			const races = objectsOf(extension).filter(({ url }) => url === US_CORE_RACE);
			const categories = races.flatMap((race) =>
				objectsOf(race.extension).filter(({ url }) => url === 'ombCategory'),
			);
			return categories.length === 1 ? (RACES.get(row.race_code) ?? null) : null;
		},
	},
	{
		name: 'death_date',
		type: 'date',
		description: 'Day the member died; empty where the payer sent none (deceasedDateTime).',
		value: (row) => textIn(row, 'deceased_datetime'),
	},
	{
		name: 'death_flag',
		type: 'integer',
		description: '1 if the member died, else 0 (deceased).',
		value: (row) => (row.deceased === true || row.deceased_datetime !== null ? 1 : 0),
	},
];
