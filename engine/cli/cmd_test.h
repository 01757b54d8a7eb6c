/* `stipend test`. */
#ifndef ST_CLI_CMD_TEST_H
#define ST_CLI_CMD_TEST_H

/* argv[0] is the subcommand's name. Returns the exit code. */
int st_cmd_test(int argc, char **argv);

#endif
