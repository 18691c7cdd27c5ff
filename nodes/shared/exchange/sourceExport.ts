import { hash } from 'crypto';

/** What identifies an export in the resources themselves: the same at every load, and no id of the payer's that could be asked with. */
export function sourceExportOf(payer: string, jobId = '', transactionTime = ''): string {
	return hash('sha256', `${payer}|${jobId}|${transactionTime}`, 'hex').slice(0, 16);
}
