/** Says in one line, once for a run, that the tests on official example payloads are left out. */
module.exports = async () => {
	if (process.env.PAYER_EXAMPLES) return;
	process.stderr.write(
		'Left out: tests on official example payloads. PAYER_EXAMPLES names no folder that has them.\n',
	);
};
