# competing
