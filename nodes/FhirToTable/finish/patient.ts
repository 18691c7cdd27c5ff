import { objectsOf } from '../../shared/fhir/json';
import { addressIn } from '../shipped/shippedView';
import view from '../views/patient.json';
import { type FinishingColumn, made, textIn } from './finishingColumn';

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
const US_CORE_RACE = addressIn(view, 'race');

/** Finishing columns of the table patient. */
export const patient: FinishingColumn[] = [
	made(
		'sex',
		'string',
		'female, male or unknown: the sex at birth where the payer sent it, else the administrative gender.',
		(row) => SEXES.get(row.birth_sex) ?? SEXES.get(row.gender) ?? 'unknown',
	),
	made(
		'race',
		'string',
		'Race in the words of Tuva; empty where there are several or none (extension us-core-race).',
		(row, { extension }) => {
			const races = objectsOf(extension).filter(({ url }) => url === US_CORE_RACE);
			const categories = races.flatMap((race) =>
				objectsOf(race.extension).filter(({ url }) => url === 'ombCategory'),
			);
			return categories.length === 1 ? (RACES.get(row.race_code) ?? null) : null;
		},
	),
	made(
		'death_date',
		'date',
		'Day the member died; empty where the payer sent none (deceasedDateTime).',
		(row) => textIn(row, 'deceased_datetime'),
	),
	made('death_flag', 'integer', '1 if the member died, else 0 (deceased).', (row) =>
		row.deceased === true || row.deceased_datetime !== null ? 1 : 0,
	),
];
