# dist_check_SCRIPTS += %D%/add.bats
