/** Prints once per run that the tests with official example payloads are skipped. */
module.exports = async () => {
	if (process.env.PAYER_EXAMPLES) return;
	process.stderr.write(
		'Left out: tests on official example payloads. PAYER_EXAMPLES names no folder that has them.\n',
	);
};
