import type { IExecuteFunctions } from 'n8n-workflow';
import { processItems } from '../shared/n8n/items';
import { throwIfStopped } from '../shared/n8n/longRun';
import { checkPayer } from './checkPayer';
import { rowOfFindings, type CheckRow } from './row';
import { targetsOf } from './targets';

/** Payers that are checked at once. */
const AT_ONCE = 8;

/** The rows of all payers, in their order. @throws ExchangeError if no credential is chosen, or the run was stopped */
export async function checkedRows(context: IExecuteFunctions): Promise<CheckRow[]> {
	const targets = await targetsOf(context);
	const rows = targets.map((target) => ('status' in target ? target : undefined));
	const open = targets.flatMap((target, index) => ('status' in target ? [] : [{ target, index }]));
	await processItems(
		context,
		AT_ONCE,
		async (at) => {
			rows[open[at].index] = await checkPayer(context, open[at].target);
			return [];
		},
		open.map((_, at) => at),
	);
	throwIfStopped(context);
	return rows.map((row) => row ?? rowOfFindings({}, [NOT_CHECKED]));
}

const NOT_CHECKED = {
	says: 'This payer could not be checked',
	whatToDo: 'Run the check again. If it stays so, tell the maintainers of these nodes.',
};
