import { hash } from 'crypto';

/**
 * What identifies an export in the resources themselves: the same at every load, and no id of the payer's that could be asked with.
 * @param about of two clients of one payer, rows of a directory, the row says whose the job is. The address of the file tells exports apart
 * that have neither a job nor a time (`$everything`)
 */
export function sourceExportOf(
	payer: string,
	{
		jobId = '',
		transactionTime = '',
		address = '',
		directoryKey,
	}: Partial<Record<'jobId' | 'transactionTime' | 'address' | 'directoryKey', string>>,
): string {
	const isNamed = jobId !== '' || transactionTime !== '';
	const client = directoryKey === undefined ? '' : `|${directoryKey}`;
	const named = `${payer}|${jobId}|${transactionTime}${client}`;
	return hash('sha256', isNamed ? named : `${named}|${address.split('?')[0]}`, 'hex').slice(0, 16);
}
