import type { IExecuteFunctions } from 'n8n-workflow';
import { processItems, tryAsValue } from '../shared/n8n/items';
import { throwIfStopped } from '../shared/n8n/longRun';
import { checkPayer } from './checkPayer';
import { registerPayer } from './register/registerPayer';
import type { RegistrationRow } from './register/registrationRow';
import { rowOfFindings, type CheckRow } from './row';
import { targetsOf, type Target } from './targets';

/** Payers that are checked at once. */
export const AT_ONCE = 8;

/** The rows of all payers, in their order. @throws ExchangeError if no credential is chosen, or the run was stopped */
export async function checkedRows(context: IExecuteFunctions): Promise<CheckRow[]> {
	return await checkAll(context, await targetsOf(context));
}

/** Registers at all payers, one after the other. @throws as `checkedRows` */
export async function registeredRows(context: IExecuteFunctions): Promise<RegistrationRow[]> {
	const rows: RegistrationRow[] = [];
	for (const target of await targetsOf(context, true)) rows.push(await registerPayer(context, target));
	return rows;
}

/**
 * Checks payers side by side. Rows that are finished stay as they are.
 * @throws ExchangeError if the run was stopped
 */
export async function checkAll(
	context: IExecuteFunctions,
	targets: ReadonlyArray<Target | CheckRow>,
): Promise<CheckRow[]> {
	const rows: CheckRow[] = [];
	await processItems(
		context,
		AT_ONCE,
		async (index) => {
			const target = targets[index];
			const row =
				'status' in target ? target : await tryAsValue(async () => await checkPayer(context, target));
			rows[index] = row instanceof Error ? rowOfFindings(namesOf(target), [NOT_CHECKED]) : row;
			return [];
		},
		{ order: targets.map((_, index) => index) },
	);
	throwIfStopped(context);
	return rows;
}

function namesOf(target: Target | CheckRow): { payerKey?: string } {
	return 'status' in target ? {} : { payerKey: target.key };
}

const NOT_CHECKED = {
	says: 'This payer could not be checked',
	whatToDo: 'Run the check again. If it stays so, tell the maintainers of these nodes.',
};
