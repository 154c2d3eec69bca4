# sensitivity
