/* stipend db: the ledger's database. */
#ifndef ST_CLI_CMD_DB_H
#define ST_CLI_CMD_DB_H

/* argv[0] is "db". Returns the exit code. */
int st_cmd_db(int argc, char **argv);

#endif
