import type { IDataObject } from 'n8n-workflow';
import { pluralize, type Hint } from '../shared/n8n/hints';
import type { RegistrationRow } from './register/registrationRow';
import type { CheckRow } from './row';

/** How many payers can be asked. */
export function checkHints(rows: ReadonlyArray<Pick<CheckRow | RegistrationRow, 'status'>>): Hint[] {
	const count = (status: CheckRow['status']) => rows.filter((row) => row.status === status).length;
	const [limited, broken] = [count('works with limits'), count('does not work')];
	if (limited + broken === 0) {
		return [{ message: `${pluralize(rows.length, 'payer', 'payers')}: ready.`, type: 'info' }];
	}
	const parts = [
		broken > 0 && `${broken} ${broken === 1 ? 'does' : 'do'} not work`,
		limited > 0 && `${limited} ${limited === 1 ? 'works' : 'work'} with limits`,
	];
	return [
		{
			message: `Of ${pluralize(rows.length, 'payer', 'payers')}, ${parts.filter(Boolean).join(', and ')}. The column whatToDo says what to do.`,
			type: 'warning',
		},
	];
}

/** What an endpoint says stands last in a sentence of ours. */
const QUOTED = / The \w+ endpoint says: .*$/;

/** A row as a language model sees it: without the details, and without any words of a payer. */
export function rowForAgent(row: CheckRow | RegistrationRow): IDataObject {
	const columns = Object.entries(row).filter(([column]) => column !== 'details');
	return Object.fromEntries(
		columns.map(([column, value]) => [column, typeof value === 'string' ? value.replace(QUOTED, '') : value]),
	);
}
